import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
// @ts-expect-error a plain script without types
import { generate } from "../../scripts/generate-protocol.mjs";
import { readDeskMessage, readRecentCalls } from "./messages";

it("the committed types are what the committed schema gives", async () => {
  const committed = await readFile("src/protocol/events.ts", "utf8");

  expect(committed).toBe(await (generate as () => Promise<string>)());
});

it("desk messages with more fields than needed are understood, others are not", () => {
  const assigned = { type: "call_assigned", call_id: "c", domain: "gas", started_at: "t", queue: "q" };

  expect(readDeskMessage(JSON.stringify(assigned))).toMatchObject({ call_id: "c", agent_id: null });
  expect(readDeskMessage('{"type":"idle","call_id":"c"}')).toEqual({ type: "idle" });
  expect(readDeskMessage('{"type":"call_assigned"}')).toBeNull();
});

it("a page of calls is read, and anything else is an empty list", () => {
  const call = { call_id: "c", domain: "gas", state: "live", started_at: "t", agent_id: null };

  expect(readRecentCalls({ items: [call, {}] })).toEqual([call]);
  expect(readRecentCalls(null)).toEqual([]);
});
