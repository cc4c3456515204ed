/** Light or dark, as chosen or as the system says. */
import { watchEffect } from "vue";
import { useStored } from "./useStored";

export function useTheme() {
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = useStored("hotline.theme", ["light", "dark"], prefersDark ? "dark" : "light");
  watchEffect(() => document.documentElement.classList.toggle("dark", theme.value === "dark"));
  const toggle = (): void => {
    theme.value = theme.value === "dark" ? "light" : "dark";
  };
  return { theme, toggle };
}
