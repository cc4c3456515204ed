import { describe, expect, it } from "vitest";
import { callOf, filled, flagged, said, shown, started, type EventBody } from "@/testing/events";
import { chunked, CHUNK_SIZE } from "./chunks";
import { callTimeMs, formatClock, hearEvent, stoppedClock } from "./clock";
import { marksByUtterance, pieces } from "./marks";
import { reduce } from "./reduce";
import { emptyCall } from "./state";
import { openCards } from "./suggestions";
import { fieldProblem, missingFields, priorityOf } from "./ticket";

const after = (...bodies: EventBody[]) => callOf(...bodies).reduce(reduce, emptyCall);
const wanted = (intent: string, priority: number): EventBody => ({
  type: "intent_detected",
  intent,
  confidence: 0.9,
  alternatives: [],
  further_intents: [],
  priority,
  because: null,
});

describe("the ticket", () => {
  it("asks for an address only in a repair", () => {
    const repair = missingFields(after(started(), wanted("heating.leak", 2)));
    const enquiry = missingFields(after(started(), wanted("heating.billing", 4)));

    expect(repair).toContain("address");
    expect(enquiry).not.toContain("address");
  });

  it("follows a person's choice of class before the intent's", () => {
    const state = after(started(), wanted("heating.leak", 2), filled("class", "投诉", "agent"));

    expect(missingFields(state)).toContain("complaint_no");
    expect(missingFields(state)).not.toContain("address");
  });

  it("asks for what the call's pack requires", () => {
    expect(missingFields(after(started(["account_no"])))).toContain("account_no");
  });

  it("counts a cleared field as missing", () => {
    expect(missingFields(after(started(), filled("phone", "", "agent")))).toContain("phone");
  });

  it("takes the priority from the form before the intent", () => {
    const state = after(started(), wanted("heating.leak", 2), filled("priority", "1", "agent"));

    expect(priorityOf(state)).toBe(1);
  });

  it.each([
    ["13800135246", null],
    ["0531 8123 4567", null],
    ["1380013524", "phone"],
  ] as const)("judges the number %s", (value, problem) => {
    expect(fieldProblem("phone", value)).toBe(problem);
  });
});

describe("the cards", () => {
  it("are three at most, urgent first, and do not move when a newer one comes below", () => {
    const cards = openCards(after(shown("a"), shown("b"), shown("c", true), shown("d")));

    expect(cards.map(({ id }) => id)).toEqual(["c", "b", "d"]);
  });

  it("leave when they are withdrawn", () => {
    const gone: EventBody = { type: "suggestion_withdrawn", suggestion_id: "a", reason: "said", text: null };

    expect(openCards(after(shown("a"), gone))).toEqual([]);
  });
});

describe("the clock", () => {
  it("takes the quickest event as the measure of the call's start", () => {
    const [slow, quick] = callOf(started(), started());
    if (!slow || !quick) throw new Error("two events");

    const clock = hearEvent(hearEvent(stoppedClock, slow, 50_000), quick, 50_200);

    expect(callTimeMs(clock, 0, 60_200)).toBe(11_000);
  });

  it("shows the time from the end of the words to the screen, and no lag for a replay", () => {
    const [first, words] = callOf(started(), said("您好"));
    if (!first || !words) throw new Error("two events");
    const clock = hearEvent(stoppedClock, first, 100_000);

    expect(hearEvent(clock, words, 101_800).lagMs).toBe(800);
    expect(hearEvent(clock, words, 160_000).lagMs).toBeNull();
  });

  it.each([
    [0, "00:00"],
    [192_400, "03:12"],
    [3_661_000, "1:01:01"],
    [-5_000, "−00:05"],
  ])("writes %i ms as %s", (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });
});

describe("the marks", () => {
  it("underline the flagged words and leave the rest", () => {
    const state = after(said("这个不归我管，您找物业", { final: true }), flagged("f1"));
    const [utterance] = state.utterances;
    if (!utterance) throw new Error("one utterance");

    const cut = pieces(utterance, marksByUtterance(state.flags).get("u1") ?? []);

    expect(cut.map(({ text, flag }) => [text, flag?.id])).toEqual([
      ["这个", undefined],
      ["不归我管", "f1"],
      ["，您找物业", undefined],
    ]);
  });

  it("go when a person calls the flag wrong", () => {
    const state = after(flagged("f1"), { type: "flag_dismissed", flag_id: "f1", reason: "" });

    expect(marksByUtterance(state.flags).size).toBe(0);
  });
});

describe("the chunks", () => {
  it("keep their identity when only the newest words change", () => {
    const many = Array.from({ length: CHUNK_SIZE + 2 }, (_, i) => said("好", { id: `u${i}`, startMs: i }));
    const before = after(...many).utterances;
    const chunks = chunked(before, []);
    const now = before.with(-1, { ...before[0], id: "new" } as (typeof before)[number]);

    const next = chunked(now, chunks);

    expect(next).toHaveLength(2);
    expect(next[0]).toBe(chunks[0]);
    expect(next[1]).not.toBe(chunks[1]);
  });
});
