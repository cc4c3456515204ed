/** Which call is this agent's: the pinned one, or the newest that the desk socket assigns. */
import { computed, onScopeDispose, ref, shallowRef, type Ref } from "vue";
import { readDeskMessage } from "@/protocol/messages";
import { ReconnectingLink, type LinkParts, type LinkState } from "@/protocol/socket";

export interface AssignedCallParts {
  base: string;
  link?: LinkParts;
}

const idleLink: LinkState = { status: "closed", failures: 0, closeCode: null };

export function useAssignedCall(pinned: Ref<string | null>, parts: AssignedCallParts) {
  const assigned = ref<string | null>(null);
  const link = shallowRef<LinkState>(idleLink);

  const desk = new ReconnectingLink({
    url: () => `${parts.base}/v1/desk`,
    onText: (text) => {
      const message = readDeskMessage(text);
      // `idle` changes nothing: a call stays until the next one comes.
      if (message?.type === "call_assigned") assigned.value = message.call_id;
    },
    onState: (state) => (link.value = state),
    ...(parts.link ? { parts: parts.link } : {}),
  });

  desk.start();

  const cameBack = (): void => desk.retryNow();
  const wentAway = (): void => desk.suspect();
  window.addEventListener("online", cameBack);
  window.addEventListener("offline", wentAway);
  onScopeDispose(() => {
    window.removeEventListener("online", cameBack);
    window.removeEventListener("offline", wentAway);
    desk.stop();
  });

  return { callId: computed(() => pinned.value ?? assigned.value), assigned, link };
}
