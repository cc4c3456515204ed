/** When to show where a value came from: on focus at once, on hover after a moment, never flickering between the two. */
import { onScopeDispose, ref } from "vue";

const SHOW_MS = 350;
const HIDE_MS = 150; // long enough to move the pointer onto the hint

export function useHint() {
  const isOpen = ref(false);
  let isFocused = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function after(ms: number, open: boolean): void {
    clearTimeout(timer);
    timer = setTimeout(() => (isOpen.value = open), ms);
  }

  const enter = (): void => after(SHOW_MS, true);
  const leave = (): void => after(HIDE_MS, isFocused);
  const focus = (): void => {
    isFocused = true;
    after(0, true);
  };
  const blur = (): void => {
    isFocused = false;
    after(0, false);
  };
  onScopeDispose(() => clearTimeout(timer));
  return { isOpen, enter, leave, focus, blur };
}
