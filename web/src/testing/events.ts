/** Makes events for tests: only what a test is about has to be said. */
import type { AssistEvent, Evidence } from "@/protocol/events";

type Body<E> = E extends AssistEvent ? Omit<E, "call_id" | "seq" | "at_ms"> : never;
export type EventBody = Body<AssistEvent>;

/** Numbers the bodies 1, 2, 3 … and spaces them by a second. */
export function callOf(...bodies: EventBody[]): AssistEvent[] {
  return bodies.map(
    (body, i) => ({ call_id: "c1", seq: i + 1, at_ms: i * 1000, ...body }) as unknown as AssistEvent,
  );
}

export const started = (required: string[] = []): EventBody => ({
  type: "call_started",
  domain: "heating",
  agent_id: "1024",
  caller_number: null,
  queue: null,
  pack_version: "",
  asr_model: "",
  intent_model: "",
  started_at: "2026-01-05T08:00:00.000Z",
  required_fields: required,
});

export const words = (quote: string, utterance = "u1"): Evidence => ({
  utterance_id: utterance,
  channel: "customer",
  start_ms: 0,
  end_ms: 1000,
  quote,
});

export interface Said {
  id?: string;
  tentative?: string;
  final?: boolean;
  startMs?: number;
  channel?: "agent" | "customer";
}

export const said = (committed: string, more: Said = {}): EventBody => ({
  type: "transcript_updated",
  utterance_id: more.id ?? "u1",
  channel: more.channel ?? "customer",
  start_ms: more.startMs ?? 0,
  end_ms: (more.startMs ?? 0) + 1000,
  committed,
  tentative: more.tentative ?? "",
  final: more.final ?? false,
  raw: "",
  confidence: 0.9,
});

export const filled = (
  field: string,
  value: string,
  source: "model" | "agent" | "system" = "model",
): EventBody => ({ type: "ticket_field_filled", field, value, confidence: 0.9, source, because: null });

export const shown = (id: string, urgent = false, text = "请先关闭阀门"): EventBody => ({
  type: "suggestion_shown",
  suggestion_id: id,
  script_id: `heating.${id}`,
  title: "关阀门",
  text,
  source: "SC-09",
  urgent,
  because: words("漏水了"),
});

export const flagged = (id: string, quote = "不归我管"): EventBody => ({
  type: "phrase_flagged",
  flag_id: id,
  rule_id: "not_my_job",
  severity: "serious",
  say_instead: "我帮您转接",
  confidence: 0.97,
  suspected: false,
  because: { ...words(quote), channel: "agent" },
});
