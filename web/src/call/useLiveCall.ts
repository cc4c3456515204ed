/** Binds one call's connection and reducer to refs, and lets go of both on unmount. */
import { onScopeDispose, ref, shallowReadonly, shallowRef, watch, type Ref } from "vue";
import { socketAddress, type Access } from "@/protocol/access";
import { CallConnection, type CommandBody, type CommandOutcome } from "@/protocol/connection";
import type { AssistEvent } from "@/protocol/events";
import type { LinkParts, LinkState } from "@/protocol/socket";
import { hearEvent, stoppedClock, type CallClock } from "./clock";
import { reduce } from "./reduce";
import { emptyCall, type CallState } from "./state";

export interface LiveCallParts {
  address: (path: string, query: Record<string, string | null>) => string;
  link?: LinkParts;
  /** Runs the work soon, once; events that arrive until then are applied together. */
  soon: (run: () => void) => void;
  now: () => number;
}

/** A hidden page gets no animation frames, and its call must go on. */
function soonInBrowser(run: () => void): void {
  if (document.visibilityState === "visible") requestAnimationFrame(run);
  else setTimeout(run, 100);
}

export function browserCallParts(access: Access): LiveCallParts {
  return {
    address: (path, query) => socketAddress(path, query, access),
    soon: soonInBrowser,
    now: () => Date.now(),
  };
}

const idleLink: LinkState = { status: "closed", failures: 0, closeCode: null };

export function useLiveCall(callId: Ref<string | null>, parts: LiveCallParts) {
  const call = shallowRef<CallState>(emptyCall);
  const clock = shallowRef<CallClock>(stoppedClock);
  const link = shallowRef<LinkState>(idleLink);
  const serverError = ref<string | null>(null);
  const unanswered = ref(0);
  let connection: CallConnection | null = null;
  let fresh: AssistEvent[] = [];

  function applyFresh(): void {
    const events = fresh;
    fresh = [];
    if (events.length) call.value = events.reduce(reduce, call.value);
  }

  function hear(event: AssistEvent): void {
    clock.value = hearEvent(clock.value, event, parts.now());
    fresh.push(event);
    if (fresh.length === 1) parts.soon(applyFresh);
  }

  function leave(): void {
    connection?.leave();
    connection = null;
    fresh = [];
    call.value = emptyCall;
    clock.value = stoppedClock;
    link.value = idleLink;
    serverError.value = null;
    unanswered.value = 0;
  }

  function enter(id: string): void {
    connection = new CallConnection({
      address: (after) =>
        parts.address(`/v1/calls/${encodeURIComponent(id)}/events`, { after: String(after) }),
      onEvent: hear,
      onState: (state) => (link.value = state),
      onServerError: (code) => (serverError.value = code),
      onUnanswered: (count) => (unanswered.value = count),
      ...(parts.link ? { parts: parts.link } : {}),
    });
    connection.start();
  }

  watch(
    callId,
    (id) => {
      leave();
      if (id !== null) enter(id);
    },
    { immediate: true },
  );

  const cameBack = (): void => connection?.networkCameBack();
  const wentAway = (): void => connection?.networkWentAway();
  window.addEventListener("online", cameBack);
  window.addEventListener("offline", wentAway);
  onScopeDispose(() => {
    window.removeEventListener("online", cameBack);
    window.removeEventListener("offline", wentAway);
    leave();
  });

  async function send(body: CommandBody): Promise<CommandOutcome> {
    return connection ? connection.send(body) : { ok: false, code: "no_call" };
  }

  /** After a refusal: once more, from the start. */
  function retry(): void {
    leave();
    if (callId.value !== null) enter(callId.value);
  }

  return {
    retry,
    call: shallowReadonly(call),
    clock: shallowReadonly(clock),
    link: shallowReadonly(link),
    serverError: shallowReadonly(serverError),
    unanswered: shallowReadonly(unanswered),
    send,
  };
}

export type LiveCall = ReturnType<typeof useLiveCall>;
