/** Shortcuts with Alt. Keyed by the physical key, as Alt changes the letter on some keyboards. */
import { onScopeDispose } from "vue";

/** `Alt+Digit1`, `Alt+Shift+Digit1`, `Alt+KeyJ` … to what it does. */
export type KeyMap = Readonly<Record<string, () => void>>;

export function useKeys(keys: KeyMap): void {
  const hear = (press: KeyboardEvent): void => {
    if (!press.altKey || press.ctrlKey || press.metaKey || press.repeat) return;
    const run = keys[`Alt+${press.shiftKey ? "Shift+" : ""}${press.code}`];
    if (!run) return;
    press.preventDefault();
    run();
  };
  window.addEventListener("keydown", hear);
  onScopeDispose(() => window.removeEventListener("keydown", hear));
}
