import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heardAt, momentOf, nextMark } from "./spoken";

const said = { startMs: 1000, endMs: 3000, committed: "不归我管" };

describe("momentOf", () => {
  it("lies inside the utterance for any letter, also for letters that it does not have", () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), (letter) => {
        const ms = momentOf(said, letter);
        expect(ms).toBeGreaterThanOrEqual(said.startMs);
        expect(ms).toBeLessThanOrEqual(said.endMs);
      }),
    );
  });

  it("moves on with the letters", () => {
    expect([0, 2, 4].map((letter) => momentOf(said, letter))).toEqual([1000, 2000, 3000]);
  });
});

describe("heardAt", () => {
  const both = [said, { startMs: 2000, endMs: 4000, committed: "您听我说" }];

  it("finds who speaks, the one who cut in where both do, and nobody in silence", () => {
    expect(heardAt(both, 1500)).toBe(both[0]);
    expect(heardAt(both, 2500)).toBe(both[1]);
    expect(heardAt(both, 500)).toBeNull();
    expect(heardAt(both, 4000)).toBeNull();
  });
});

describe("nextMark", () => {
  const marks = [9000, 3000];

  it.each([
    [0, 1, 3000],
    [3000, 1, 9000],
    [9000, 1, 3000],
    [9000, -1, 3000],
    [0, -1, 9000],
  ] as const)("from %i ms in direction %i leads to %i ms", (from, step, to) => {
    expect(nextMark(marks, from, step)).toBe(to);
  });

  it("leads nowhere without marks", () => {
    expect(nextMark([], 0, 1)).toBeNull();
  });
});
