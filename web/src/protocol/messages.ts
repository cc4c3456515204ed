/** Reads what arrives on a socket. The only place where JSON becomes a type; inner code never sees an unknown object. */
import type { AssistEvent, CommandResult } from "./events";

export type EventType = AssistEvent["type"];

const EVENT_TYPES: Record<EventType, true> = {
  call_started: true,
  transcript_updated: true,
  intent_detected: true,
  phrase_flagged: true,
  phrase_corrected: true,
  flag_dismissed: true,
  suggestion_shown: true,
  suggestion_withdrawn: true,
  ticket_field_filled: true,
  check_updated: true,
  care_flagged: true,
  emotion_changed: true,
  notice_shown: true,
  pipeline_degraded: true,
  pipeline_recovered: true,
  call_ended: true,
  ticket_submitted: true,
};

export interface ServerError {
  type: "error";
  code: string;
}

/** An event of a newer server: it counts in `seq`, and this screen has nothing to show for it. */
export interface UnknownEvent {
  type: "unknown";
  seq: number;
}

export type CallMessage =
  | { kind: "event"; event: AssistEvent }
  | { kind: "unknown"; event: UnknownEvent }
  | { kind: "result"; result: CommandResult }
  | { kind: "error"; error: ServerError };

export type DeskMessage =
  | { type: "call_assigned"; call_id: string; domain: string; agent_id: string | null; started_at: string }
  | { type: "idle" };

export interface RecentCall {
  call_id: string;
  domain: string;
  state: string;
  started_at: string;
  agent_id: string | null;
}

type Fields = Record<string, unknown>;

function fieldsOf(raw: string): Fields | null {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** `null` for anything that is no message of the contract; the caller ignores it. */
export function readCallMessage(raw: string): CallMessage | null {
  const fields = fieldsOf(raw);
  const type = textOf(fields?.["type"]);
  if (!fields || type === null) return null;
  if (type === "command_result" && textOf(fields["command_id"]) !== null) {
    const ok = fields["ok"] === true;
    const result = {
      type,
      command_id: String(fields["command_id"]),
      ok,
      code: textOf(fields["code"]),
    } as const;
    return { kind: "result", result };
  }
  if (type === "error") return { kind: "error", error: { type, code: textOf(fields["code"]) ?? "unknown" } };
  const seq = fields["seq"];
  if (typeof seq !== "number" || !Number.isInteger(seq)) return null;
  if (!(type in EVENT_TYPES)) return { kind: "unknown", event: { type: "unknown", seq } };
  return { kind: "event", event: fields as unknown as AssistEvent };
}

export function readDeskMessage(raw: string): DeskMessage | null {
  const fields = fieldsOf(raw);
  if (fields?.["type"] === "idle") return { type: "idle" };
  const callId = textOf(fields?.["call_id"]);
  if (fields?.["type"] !== "call_assigned" || callId === null) return null;
  return {
    type: "call_assigned",
    call_id: callId,
    domain: textOf(fields["domain"]) ?? "",
    agent_id: textOf(fields["agent_id"]),
    started_at: textOf(fields["started_at"]) ?? "",
  };
}

/** Accepts a bare list or a page `{items: […]}`; entries without a call id are left out. */
export function readRecentCalls(body: unknown): RecentCall[] {
  const items: unknown = Array.isArray(body) ? body : (body as { items?: unknown } | null)?.items;
  if (!Array.isArray(items)) return [];
  return (items as Fields[]).flatMap((item) => {
    const callId = textOf(item["call_id"]);
    if (callId === null) return [];
    return {
      call_id: callId,
      domain: textOf(item["domain"]) ?? "",
      state: textOf(item["state"]) ?? "",
      started_at: textOf(item["started_at"]) ?? "",
      agent_id: textOf(item["agent_id"]),
    };
  });
}
