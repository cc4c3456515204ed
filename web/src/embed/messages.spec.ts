import { describe, expect, it } from "vitest";
import { reduce } from "@/call/reduce";
import { emptyCall } from "@/call/state";
import { callOf, filled, started, type EventBody } from "@/testing/events";
import { newsOf, readHostMessage } from "./messages";

const submitted: EventBody = { type: "ticket_submitted", ticket_id: "t", number: "GR-7" };

describe("what the page around is told", () => {
  it("is each change once, in the order of a call", () => {
    let state = emptyCall;
    const told = callOf(started(), filled("phone", "138"), submitted).flatMap((event) => {
      const before = state;
      state = reduce(state, event);
      return newsOf(before, state);
    });

    expect(told.map(({ type }) => type)).toEqual(["hotline.call", "hotline.ticket", "hotline.submitted"]);
    expect(told[1]).toMatchObject({ fields: { phone: "138" } });
    expect(told[2]).toMatchObject({ number: "GR-7" });
  });

  it("is nothing while nothing changes", () => {
    const state = callOf(started(), filled("phone", "138")).reduce(reduce, emptyCall);
    expect(newsOf(state, state)).toEqual([]);
  });
});

describe("what the page around may ask for", () => {
  it("is to sign in and to open a call, and nothing else is understood", () => {
    expect(readHostMessage({ type: "hotline.sign_in", token: "t" })).toEqual({
      type: "hotline.sign_in",
      token: "t",
    });
    expect(readHostMessage({ type: "hotline.open_call", call_id: null })).toMatchObject({ call_id: null });
    for (const other of [null, 1, "x", {}, { type: "hotline.sign_in" }, { type: "webpackOk" }])
      expect(readHostMessage(other)).toBeNull();
  });
});
