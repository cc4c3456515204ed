/** Something that is asked for over HTTP: what came, whether it is on its way, and why it did not come. */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { ServerRefusal } from "@/protocol/access";

export interface Loaded<T> {
  readonly data: ShallowRef<T | null>;
  readonly isLoading: Ref<boolean>;
  /** The refusal's code; `unreachable` when no answer came. Null when all went well. */
  readonly trouble: Ref<string | null>;
  readonly load: () => Promise<void>;
}

export const codeOf = (fault: unknown): string =>
  fault instanceof ServerRefusal ? fault.code : "unreachable";

/** Only the newest question counts: an answer that comes after a later question was asked is dropped. */
export function useLoaded<T>(fetch: () => Promise<T>): Loaded<T> {
  const data = shallowRef<T | null>(null);
  const isLoading = ref(false);
  const trouble = ref<string | null>(null);
  let newest = 0;

  async function load(): Promise<void> {
    const mine = ++newest;
    isLoading.value = true;
    try {
      const found = await fetch();
      if (mine !== newest) return;
      data.value = found;
      trouble.value = null;
    } catch (fault) {
      if (mine !== newest) return;
      trouble.value = codeOf(fault);
    } finally {
      if (mine === newest) isLoading.value = false;
    }
  }

  return { data, isLoading, trouble, load };
}
