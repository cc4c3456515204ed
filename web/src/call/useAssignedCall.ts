/** Which call is this agent's: the pinned one, or the newest that the desk socket assigns. */
import { computed, onScopeDispose, ref, shallowRef, type Ref } from "vue";
import { readDeskMessage } from "@/protocol/messages";
import { ReconnectingLink, type LinkParts, type LinkState } from "@/protocol/socket";

export interface AssignedCallParts {
  address: (path: string, query: Record<string, string | null>) => string;
  link?: LinkParts;
}

const idleLink: LinkState = { status: "closed", failures: 0, closeCode: null };

export function useAssignedCall(
  pinned: Ref<string | null>,
  agentId: Ref<string | null>,
  parts: AssignedCallParts,
) {
  const assigned = ref<string | null>(null);
  let assignedAt = "";
  const link = shallowRef<LinkState>(idleLink);

  const desk = new ReconnectingLink({
    url: () => parts.address("/v1/desk", { agent_id: agentId.value }),
    onText: (text) => {
      const message = readDeskMessage(text);
      // `idle` changes nothing: a call stays until the next one comes. On each connection the server names all live
      // calls again, so an older one must not push a newer one away.
      if (message?.type !== "call_assigned" || message.started_at < assignedAt) return;
      assigned.value = message.call_id;
      assignedAt = message.started_at;
    },
    onState: (state) => (link.value = state),
    ...(parts.link ? { parts: parts.link } : {}),
  });

  desk.start();

  function retry(): void {
    desk.stop();
    desk.start();
  }

  const cameBack = (): void => desk.retryNow();
  const wentAway = (): void => desk.suspect();
  window.addEventListener("online", cameBack);
  window.addEventListener("offline", wentAway);
  onScopeDispose(() => {
    window.removeEventListener("online", cameBack);
    window.removeEventListener("offline", wentAway);
    desk.stop();
  });

  return { callId: computed(() => pinned.value ?? assigned.value), assigned, link, retry };
}
