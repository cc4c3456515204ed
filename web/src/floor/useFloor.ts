/** Follows the floor's socket for as long as the page is open. */
import { onScopeDispose, shallowRef } from "vue";
import { socketAddress, type Access } from "@/protocol/access";
import type { CallSummary } from "@/protocol/events";
import { ReconnectingLink, type LinkState } from "@/protocol/socket";
import { hearFloor, readFloorMessage } from "./calls";

export function useFloor(access: Access) {
  const calls = shallowRef<readonly CallSummary[]>([]);
  const link = shallowRef<LinkState>({ status: "closed", failures: 0, closeCode: null });
  const floor = new ReconnectingLink({
    url: () => socketAddress("/v1/floor", {}, access),
    onText: (text) => {
      const message = readFloorMessage(text);
      if (message) calls.value = hearFloor(calls.value, message);
    },
    onState: (state) => (link.value = state),
  });
  floor.start();
  const cameBack = (): void => floor.retryNow();
  const wentAway = (): void => floor.suspect();
  window.addEventListener("online", cameBack);
  window.addEventListener("offline", wentAway);
  onScopeDispose(() => {
    window.removeEventListener("online", cameBack);
    window.removeEventListener("offline", wentAway);
    floor.stop();
  });
  return { calls, link };
}
