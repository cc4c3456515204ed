import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callOf, filled, flagged, said, shown, started, words, type EventBody } from "@/testing/events";
import { reduce } from "./reduce";
import { emptyCall } from "./state";

const after = (...bodies: EventBody[]) => callOf(...bodies).reduce(reduce, emptyCall);

const id = fc.constantFrom("a", "b", "c");
const text = fc.constantFrom("", "您好", "漏水了", "我姓张");
const anyBody: fc.Arbitrary<EventBody> = fc.oneof(
  fc.constant(started(["phone"])),
  fc
    .record({ id, committed: text, tentative: text, startMs: fc.nat(5000), final: fc.boolean() })
    .map((one) => said(one.committed, one)),
  fc
    .record({ field: fc.constantFrom("phone", "address"), text, by: fc.constantFrom("model", "agent") })
    .map((one) => filled(one.field, one.text, one.by as "model" | "agent")),
  id.map((one) => shown(one)),
  id.map((one) => flagged(one)),
  id.map((one): EventBody => ({
    type: "suggestion_withdrawn",
    suggestion_id: one,
    reason: "said",
    text: null,
  })),
  id.map((one): EventBody => ({ type: "phrase_corrected", flag_id: one, because: words("我帮您转接") })),
  id.map((one): EventBody => ({ type: "flag_dismissed", flag_id: one, reason: "识别错误" })),
  fc.constant<EventBody>({ type: "pipeline_degraded", stage: "asr", code: "drafts_off" }),
  fc.constant<EventBody>({ type: "pipeline_recovered", stage: "asr", code: "drafts_off" }),
  fc.constant<EventBody>({ type: "call_ended", reason: "completed", duration_ms: 9000, summary: "" }),
);
const anyLog = fc.array(anyBody, { maxLength: 40 }).map((bodies) => callOf(...bodies));

describe("reduce", () => {
  it("gives the same state in two halves as in one go", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(40), (log, cut) => {
        const half = log.slice(0, cut).reduce(reduce, emptyCall);

        const state = log.slice(cut).reduce(reduce, half);

        expect(state).toEqual(log.reduce(reduce, emptyCall));
      }),
    );
  });

  it("ignores events that it has had, wherever the replay begins", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(40), (log, from) => {
        const state = log.reduce(reduce, emptyCall);

        expect(log.slice(from).reduce(reduce, state)).toBe(state);
      }),
    );
  });

  it("never changes a state in place", () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        let state = emptyCall;
        for (const event of log) {
          const before = structuredClone(state);
          const next = reduce(state, event);
          expect(state).toEqual(before);
          state = next;
        }
      }),
    );
  });

  it("keeps utterances in the order in which they began", () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const starts = log.reduce(reduce, emptyCall).utterances.map(({ startMs }) => startMs);

        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }),
    );
  });

  it("lets the final revision stand", () => {
    const state = after(said("我姓", { tentative: "章" }), said("我姓张", { final: true }), said("别的"));

    expect(state.utterances).toHaveLength(1);
    expect(state.utterances[0]).toMatchObject({ committed: "我姓张", tentative: "", final: true });
  });

  it("leaves no bubble of a draft that came to nothing", () => {
    const state = after(said("", { tentative: "嗯" }), said("", { final: true }));

    expect(state.utterances).toEqual([]);
  });

  it("never lets the model overwrite what a person wrote", () => {
    const state = after(
      filled("phone", "1", "model"),
      filled("phone", "2", "agent"),
      filled("phone", "3", "model"),
    );

    expect(state.fields["phone"]).toMatchObject({ value: "2", source: "agent" });
  });

  it("remembers why a flag was called wrong, and which words corrected another", () => {
    const state = after(
      flagged("f1"),
      flagged("f2"),
      { type: "phrase_corrected", flag_id: "f1", because: words("我帮您转接") },
      { type: "flag_dismissed", flag_id: "f2", reason: "识别错误" },
    );

    expect(state.flags.map(({ corrected, dismissed }) => [corrected?.quote, dismissed])).toEqual([
      ["我帮您转接", null],
      [undefined, "识别错误"],
    ]);
  });

  it("follows a call from its start to its ticket number", () => {
    const state = after(
      started(),
      { type: "call_ended", reason: "completed", duration_ms: 5000, summary: "漏水" },
      { type: "ticket_submitted", ticket_id: "t", number: "GR-1" },
    );

    expect(state.phase).toBe("ended");
    expect(state.ticket).toEqual({ id: "t", number: "GR-1" });
  });
});
