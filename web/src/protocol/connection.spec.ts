import { describe, expect, it } from "vitest";
import { fakeNetwork } from "@/testing/sockets";
import { callOf, said, started } from "@/testing/events";
import { CallConnection } from "./connection";
import type { AssistEvent } from "./events";
import { pauseMs, type LinkState } from "./socket";

function open() {
  const network = fakeNetwork();
  const heard: AssistEvent[] = [];
  const states: LinkState[] = [];
  let nextId = 0;
  const connection = new CallConnection({
    address: (after) => `ws://desk/events?after=${after}`,
    onEvent: (event) => heard.push(event),
    onState: (state) => states.push(state),
    parts: network.parts,
    newId: () => `id${++nextId}`,
  });
  connection.start();
  network.now.open();
  const seqs = (): number[] => heard.map(({ seq }) => seq);
  return { network, connection, states, seqs, status: () => states.at(-1)?.status };
}

const events = callOf(started(), said("您"), said("您好"), said("您好，"), said("您好，请问"));
const event = (seq: number): AssistEvent => {
  const found = events[seq - 1];
  if (!found) throw new Error("no such event");
  return found;
};

describe("CallConnection", () => {
  it("resumes after the last event it handed on", () => {
    const { network, seqs, status } = open();
    network.now.tell(event(1));
    network.now.tell(event(2));

    network.now.break();
    expect(status()).toBe("reconnecting");
    network.wait();
    network.now.open();
    network.now.tell(event(3));

    expect(network.now.url).toBe("ws://desk/events?after=2");
    expect(seqs()).toEqual([1, 2, 3]);
    expect(status()).toBe("connected");
  });

  it("hands on no event twice", () => {
    const { network, seqs } = open();

    for (const seq of [1, 2, 2, 1, 3]) network.now.tell(event(seq));

    expect(seqs()).toEqual([1, 2, 3]);
  });

  it("asks again for events that are missing", () => {
    const { network, seqs } = open();
    network.now.tell(event(1));

    network.now.tell(event(3));
    network.wait();
    network.now.open();
    for (const seq of [2, 3]) network.now.tell(event(seq));

    expect(network.now.url).toBe("ws://desk/events?after=1");
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it("goes on when the server itself lacks the missing events", () => {
    const { network, seqs } = open();
    network.now.tell(event(1));
    network.now.tell(event(4));
    network.wait();
    network.now.open();

    network.now.tell(event(4));
    network.now.tell(event(5));

    expect(seqs()).toEqual([1, 4, 5]);
  });

  it("counts an event of an unknown kind and shows nothing for it", () => {
    const { network, seqs } = open();
    network.now.tell(event(1));
    network.now.tell({ ...event(2), type: "weather_changed" });

    network.now.tell(event(3));

    expect(seqs()).toEqual([1, 3]);
    expect(network.sockets).toHaveLength(1);
  });

  it("survives what is no message at all", () => {
    const { network, seqs } = open();

    for (const data of ["", "null", "[]", "{", '{"type":7}', '{"type":"call_started"}', 5]) {
      network.now.onmessage?.({ data });
    }
    network.now.tell(event(1));

    expect(seqs()).toEqual([1]);
  });

  it("sends an unanswered command again with the same id, and answers once", async () => {
    const { network, connection } = open();
    const answer = connection.send({ type: "edit_field", field: "phone", value: "13800135246" });
    const first = network.now.sent;
    network.now.break();
    network.wait();

    network.now.open();
    network.now.tell({ type: "command_result", command_id: "id1", ok: true, code: null });
    network.now.tell({ type: "command_result", command_id: "id1", ok: false, code: "late" });

    expect(network.now.sent).toEqual(first);
    expect(await answer).toEqual({ ok: true, code: null });
  });

  it("does not send an answered command again", async () => {
    const { network, connection } = open();
    const answer = connection.send({ type: "submit_ticket" });
    network.now.tell({ type: "command_result", command_id: "id1", ok: false, code: "ticket_submitted" });
    expect(await answer).toEqual({ ok: false, code: "ticket_submitted" });

    network.now.break();
    network.wait();
    network.now.open();

    expect(network.now.sent).toEqual([]);
  });

  it("keeps a command given while there is no connection", () => {
    const { network, connection } = open();
    network.now.break();
    void connection.send({ type: "submit_ticket" });

    network.wait();
    network.now.open();

    expect(network.now.sent).toEqual([{ type: "submit_ticket", command_id: "id1" }]);
  });

  it("reports a command that the server cannot read", async () => {
    const { network, connection } = open();
    const answer = connection.send({ type: "edit_field", field: "phone", value: "x" });

    network.now.tell({ type: "error", code: "bad_command", message: "" });

    expect(await answer).toEqual({ ok: false, code: "bad_command" });
  });

  it("stays until the last command is answered when the screen leaves", () => {
    const { network, connection } = open();
    void connection.send({ type: "submit_ticket" });

    connection.leave();
    expect(network.now.isClosed).toBe(false);
    network.now.tell({ type: "command_result", command_id: "id1", ok: true, code: null });

    expect(network.now.isClosed).toBe(true);
  });

  it("gives up when the server says that the call does not exist", () => {
    const { network, states } = open();

    network.now.break(4404);

    expect(states.at(-1)).toMatchObject({ status: "refused", closeCode: 4404 });
    expect(network.pauses).toEqual([]);
  });

  it("waits longer each time, also when the server opens and closes at once", () => {
    const { network } = open();

    for (let i = 0; i < 4; i += 1) {
      network.now.break(1012);
      network.wait();
      network.now.open();
    }

    expect(network.pauses.map(({ ms }) => ms)).toEqual([400, 800, 1600, 3200]);
  });

  it("tries at once when the network is back", () => {
    const { network, connection } = open();
    network.now.break();

    connection.networkCameBack();

    expect(network.sockets).toHaveLength(2);
    expect(network.pauses.at(-1)?.cancelled).toBe(true);
  });
});

describe("pauseMs", () => {
  it("has an upper bound and a spread", () => {
    expect(pauseMs(30, 0.5)).toBe(10_000);
    expect(pauseMs(1, 0)).toBeLessThan(pauseMs(1, 1));
  });
});
