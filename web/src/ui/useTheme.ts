/** Light or dark, as chosen or as the system says: one choice for the whole page. */
import { effectScope, watchEffect, type Ref } from "vue";
import { useStored } from "./useStored";

type Theme = "light" | "dark";

let shared: Ref<Theme> | null = null;

function theTheme(): Ref<Theme> {
  // Detached: it outlives the part of the page that asked first.
  return (shared ??= effectScope(true).run(() => {
    const prefersDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = useStored<Theme>("hotline.theme", ["light", "dark"], prefersDark ? "dark" : "light");
    watchEffect(() => document.documentElement.classList.toggle("dark", theme.value === "dark"));
    return theme;
  }) as Ref<Theme>);
}

export function useTheme() {
  const theme = theTheme();
  const toggle = (): void => {
    theme.value = theme.value === "dark" ? "light" : "dark";
  };
  return { theme, toggle };
}
