/** A choice that this browser remembers. */
import { ref, watch, type Ref } from "vue";

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is forbidden: the choice lasts as long as the page
  }
}

export function useStored<T extends string>(key: string, choices: readonly T[], otherwise: T): Ref<T> {
  const known = remembered(key);
  const choice = ref(choices.find((option) => option === known) ?? otherwise) as Ref<T>;
  watch(choice, (value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // storage is forbidden or full: nothing is lost but the memory of the choice
    }
  });
  return choice;
}
