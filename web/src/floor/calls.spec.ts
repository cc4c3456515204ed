import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CallSummary } from "@/protocol/events";
import { byUrgency, countsOf, hearFloor, readFloorMessage } from "./calls";

const call = (id: string, changes: Partial<CallSummary> = {}): CallSummary => ({
  call_id: id,
  domain: "gas",
  agent_id: "a01",
  caller_number: null,
  queue: null,
  state: "live",
  started_at: "2026-11-28T08:00:00Z",
  intent: null,
  priority: null,
  emotion: null,
  care: [],
  flags: 0,
  degraded: [],
  ...changes,
});
const anyCall = fc
  .record({
    id: fc.constantFrom("a", "b", "c", "d"),
    state: fc.constantFrom("live" as const, "ended" as const),
    priority: fc.constantFrom(null, 1, 2, 3, 4),
    flags: fc.nat(20),
  })
  .map(({ id, ...rest }) => call(id, rest));

describe("the floor", () => {
  it("holds each live call once, whatever is told in whatever order", () => {
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 30 }), (told) => {
        const calls = told.reduce<readonly CallSummary[]>(
          (known, one) => hearFloor(known, { type: "floor_changed", call: one }),
          [],
        );
        const newest = new Map(told.map((one) => [one.call_id, one]));
        const live = [...newest.values()].filter(({ state }) => state === "live");
        expect(calls.map(({ call_id }) => call_id).sort()).toEqual(live.map(({ call_id }) => call_id).sort());
      }),
    );
  });

  it("starts anew with each snapshot: what was missed while away is not guessed", () => {
    const calls = hearFloor([call("old")], { type: "floor_snapshot", calls: [call("new")] });
    expect(calls.map(({ call_id }) => call_id)).toEqual(["new"]);
  });

  it("puts an emergency before any number of banned words, and those before moods", () => {
    const order = byUrgency([
      call("calm"),
      call("angry", { emotion: "angry" }),
      call("flagged", { flags: 3, priority: null }),
      call("emergency", { priority: 1 }),
    ]);
    expect(order.map(({ call_id }) => call_id)).toEqual(["emergency", "flagged", "angry", "calm"]);
  });

  it("counts what a leader asks for", () => {
    const calls = [call("a", { priority: 1, emotion: "angry" }), call("b", { flags: 1, care: ["elderly"] })];
    expect(countsOf(calls)).toEqual({ live: 2, emergencies: 1, upset: 1, flagged: 1, care: 1 });
  });

  it.each(["", "{}", "[]", "null", '{"type":"floor_changed"}', '{"type":"floor_snapshot","calls":1}'])(
    "ignores %j",
    (raw) => {
      expect(readFloorMessage(raw)).toBeNull();
    },
  );
});
