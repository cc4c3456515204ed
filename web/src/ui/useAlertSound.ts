/** Whether alerts also sound; this browser remembers it. Off until somebody wants it. */
import { computed, effectScope, type Ref } from "vue";
import { chime } from "./chime";
import { useStored } from "./useStored";

type Choice = "on" | "off";

let shared: Ref<Choice> | null = null;

export function useAlertSound() {
  // Detached: one choice for all of the page, whoever asked first.
  const choice = (shared ??= effectScope(true).run(() =>
    useStored<Choice>("hotline.sound", ["on", "off"], "off"),
  ) as Ref<Choice>);
  return {
    isOn: computed(() => choice.value === "on"),
    toggle: () => {
      choice.value = choice.value === "on" ? "off" : "on";
      if (choice.value === "on") chime(); // what it will sound like
    },
    alert: () => {
      if (choice.value === "on") chime();
    },
  };
}
