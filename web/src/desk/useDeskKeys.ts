/** The desk's shortcuts; KeysDialog shows the same list. */
import type { Ref } from "vue";
import { useKeys } from "@/ui/useKeys";

export interface Shortcuts {
  acceptAt: (place: number) => void;
  dismissAt: (place: number) => void;
  copyInstead: () => void;
  toLatest: () => void;
  toNextGap: () => void;
  submit: () => void;
}

/** Nothing happens while there is no call on the desk. */
export function useDeskKeys(desk: Readonly<Ref<Shortcuts | null>>, help: () => void): void {
  useKeys({
    "Alt+Digit1": () => desk.value?.acceptAt(1),
    "Alt+Digit2": () => desk.value?.acceptAt(2),
    "Alt+Digit3": () => desk.value?.acceptAt(3),
    "Alt+Shift+Digit1": () => desk.value?.dismissAt(1),
    "Alt+Shift+Digit2": () => desk.value?.dismissAt(2),
    "Alt+Shift+Digit3": () => desk.value?.dismissAt(3),
    "Alt+KeyC": () => desk.value?.copyInstead(),
    "Alt+KeyJ": () => desk.value?.toLatest(),
    "Alt+KeyG": () => desk.value?.toNextGap(),
    "Alt+KeyS": () => desk.value?.submit(),
    "Alt+KeyK": help,
  });
}
