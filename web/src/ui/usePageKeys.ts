/** Plain keys of a page (space, arrows, letters), left alone while somebody types or has a control in hand. */
import { onScopeDispose } from "vue";

/** `Space`, `ArrowLeft`, `KeyN`, `Shift+KeyN`, `Digit1` … to what it does. */
export type PageKeys = Readonly<Record<string, () => void>>;

const TYPES = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=dialog]";
const PRESSES = "button, a[href], summary, [role=button], [role=tab]";

/** Whether the key means something to the control that has the focus. */
function isTaken(press: KeyboardEvent): boolean {
  const at = press.target;
  if (!(at instanceof Element)) return false;
  if (at.closest(TYPES)) return true;
  return (press.code === "Space" || press.code === "Enter") && at.closest(PRESSES) !== null;
}

export function usePageKeys(keys: PageKeys): void {
  const hear = (press: KeyboardEvent): void => {
    if (press.altKey || press.ctrlKey || press.metaKey || press.isComposing || isTaken(press)) return;
    const run = keys[`${press.shiftKey ? "Shift+" : ""}${press.code}`];
    if (!run) return;
    press.preventDefault();
    run();
  };
  window.addEventListener("keydown", hear);
  onScopeDispose(() => window.removeEventListener("keydown", hear));
}
