import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callOf, filled, shown, started, type EventBody } from "@/testing/events";
import { isEmergency, safetyCard } from "./emergency";
import { inGroups } from "./readBack";
import { reduce } from "./reduce";
import { emptyCall } from "./state";

const after = (...bodies: EventBody[]) => callOf(...bodies).reduce(reduce, emptyCall);
const ended: EventBody = { type: "call_ended", reason: "completed", duration_ms: 9000, summary: "" };

describe("an emergency", () => {
  it("is a live call of the first priority, as found or as a person chose", () => {
    expect(isEmergency(after(started()))).toBe(false);
    expect(isEmergency(after(started(), filled("priority", "1")))).toBe(true);
    expect(isEmergency(after(started(), filled("priority", "1"), filled("priority", "3", "agent")))).toBe(
      false,
    );
  });

  it("is over with the call: then the record counts", () => {
    expect(isEmergency(after(started(), filled("priority", "1"), ended))).toBe(false);
  });

  it("shows the first urgent card that nobody has dealt with", () => {
    const call = after(shown("s1"), shown("s2", true), shown("s3", true));
    expect(safetyCard(call)?.id).toBe("s2");
    const gone: EventBody = { type: "suggestion_withdrawn", suggestion_id: "s2", reason: "said", text: null };
    expect(safetyCard(after(shown("s2", true), gone))).toBeNull();
  });
});

describe("reading back", () => {
  it.each([
    ["13800135246", "138 0013 5246"],
    ["138-0013-5246", "138 0013 5246"],
    ["02488886666", "024 8888 6666"],
    ["04118765432", "0411 876 5432"],
    ["87654321", "8765 4321"],
    ["5012", "5012"],
    ["", ""],
  ])("groups %s as %s", (number, groups) => {
    expect(inGroups(number)).toBe(groups);
  });

  it("never loses, adds or moves a digit", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,20}$/), (digits) => {
        expect(inGroups(digits).replaceAll(" ", "")).toBe(digits);
      }),
    );
  });
});
