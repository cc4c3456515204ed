/** The wall time, once a second; stops with its component. */
import { onScopeDispose, ref } from "vue";

const TICK_MS = 500; // twice a second, so that a shown second is never skipped

export function useNow() {
  const now = ref(Date.now());
  const timer = setInterval(() => (now.value = Date.now()), TICK_MS);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
