// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import { callOf, said, started } from "@/testing/events";
import { fakeNetwork } from "@/testing/sockets";
import { useAssignedCall } from "./useAssignedCall";
import { useLiveCall } from "./useLiveCall";

const address = (path: string, query: Record<string, string | null>): string =>
  `ws://desk${path}?${Object.entries(query)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${value}`)
    .join("&")}`;

const assigned = (id: string, startedAt: string): object => ({
  type: "call_assigned",
  call_id: id,
  domain: "gas",
  started_at: startedAt,
});

function assignedCall(pinned: string | null = null, agent: string | null = null) {
  const network = fakeNetwork();
  const scope = effectScope();
  const desk = scope.run(() => useAssignedCall(ref(pinned), ref(agent), { address, link: network.parts }));
  if (!desk) throw new Error("the scope is live");
  network.now.open();
  return { network, desk, scope };
}

describe("useAssignedCall", () => {
  it("shows the newest call and keeps it after its end", () => {
    const { network, desk } = assignedCall();

    network.now.tell(assigned("a", "2026-01-05T08:00:00Z"));
    network.now.tell(assigned("b", "2026-01-05T08:05:00Z"));
    network.now.tell({ type: "idle", call_id: "b" });

    expect(desk.callId.value).toBe("b");
  });

  it("is not led back to an older call that is named again after a reconnect", () => {
    const { network, desk } = assignedCall();
    network.now.tell(assigned("b", "2026-01-05T08:05:00Z"));
    network.now.break();
    network.wait();
    network.now.open();

    network.now.tell(assigned("a", "2026-01-05T08:00:00Z"));

    expect(desk.callId.value).toBe("b");
  });

  it("stays with a pinned call and still knows of a newer one", () => {
    const { network, desk } = assignedCall("old");

    network.now.tell(assigned("new", "2026-01-05T08:05:00Z"));

    expect([desk.callId.value, desk.assigned.value]).toEqual(["old", "new"]);
  });

  it("asks for the calls of its agent, and lets go when it is left", () => {
    const { network, scope } = assignedCall(null, "1024");

    scope.stop();

    expect(network.now.url).toBe("ws://desk/v1/desk?agent_id=1024");
    expect(network.now.isClosed).toBe(true);
  });
});

describe("useLiveCall", () => {
  it("applies a burst of events together and forgets the call when another comes", async () => {
    const network = fakeNetwork();
    const later: (() => void)[] = [];
    const callId = ref<string | null>("c/1");
    const scope = effectScope();
    const live = scope.run(() =>
      useLiveCall(callId, { address, link: network.parts, soon: (run) => later.push(run), now: () => 0 }),
    );
    network.now.open();

    for (const event of callOf(started(), said("您好"))) network.now.tell(event);
    expect(live?.call.value.seq).toBe(0);
    later.forEach((run) => run());

    expect(later).toHaveLength(1);
    expect(live?.call.value.utterances).toHaveLength(1);
    expect(network.now.url).toBe("ws://desk/v1/calls/c%2F1/events?after=0");
    callId.value = "c2";
    await nextTick();
    expect(live?.call.value.utterances).toEqual([]);
    scope.stop();
  });
});
