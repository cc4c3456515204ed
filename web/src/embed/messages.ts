/** What an embedded desk and the page around it tell each other (docs/embedding.md). Pure. */
import type { CallState } from "@/call/state";

export type FromHost =
  { type: "hotline.sign_in"; token: string } | { type: "hotline.open_call"; call_id: string | null };

export type ToHost =
  | { type: "hotline.ready" }
  | { type: "hotline.call"; call_id: string; phase: "live" | "ended"; domain: string }
  | { type: "hotline.ticket"; call_id: string; fields: Record<string, string> }
  | { type: "hotline.submitted"; call_id: string; number: string };

/** `null` for anything else: other scripts talk by the same way. */
export function readHostMessage(data: unknown): FromHost | null {
  if (typeof data !== "object" || data === null) return null;
  const { type, token, call_id } = data as Record<string, unknown>;
  if (type === "hotline.sign_in" && typeof token === "string") return { type, token };
  if (type === "hotline.open_call" && (typeof call_id === "string" || call_id === null))
    return { type, call_id };
  return null;
}

/** What the page around is told when a call has moved on: only what is new. */
export function newsOf(before: CallState, now: CallState): ToHost[] {
  if (!now.started) return [];
  const { call_id, domain } = now.started;
  const news: ToHost[] = [];
  const isOther = before.started?.call_id !== call_id;
  if (now.phase !== "waiting" && (isOther || before.phase !== now.phase))
    news.push({ type: "hotline.call", call_id, phase: now.phase, domain });
  if (isOther || before.fields !== now.fields) {
    const filled = Object.entries(now.fields).map(([id, field]) => [id, field.value] as const);
    if (filled.length) news.push({ type: "hotline.ticket", call_id, fields: Object.fromEntries(filled) });
  }
  if (now.ticket && (isOther || !before.ticket))
    news.push({ type: "hotline.submitted", call_id, number: now.ticket.number });
  return news;
}
