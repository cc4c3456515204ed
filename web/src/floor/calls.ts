/** The live calls as the floor's socket tells of them, and their order for somebody who watches many. Pure. */
import type { CallSummary, FloorChanged, FloorMessage, FloorSnapshot } from "@/protocol/events";

/** `null` for anything that is no message of the floor. */
export function readFloorMessage(raw: string): FloorMessage | null {
  try {
    const told = JSON.parse(raw) as { type?: unknown; calls?: unknown; call?: unknown } | null;
    if (told?.type === "floor_snapshot" && Array.isArray(told.calls)) return told as FloorSnapshot;
    if (told?.type === "floor_changed" && typeof told.call === "object" && told.call)
      return told as FloorChanged;
    return null;
  } catch {
    return null;
  }
}

/** The calls after a message; an ended call leaves the floor. */
export function hearFloor(calls: readonly CallSummary[], message: FloorMessage): readonly CallSummary[] {
  if ("calls" in message) return message.calls.filter(({ state }) => state === "live");
  const { call } = message;
  const others = calls.filter(({ call_id }) => call_id !== call.call_id);
  return call.state === "live" ? [...others, call] : others;
}

const LEAST_URGENT = 5;
const MOODS: Readonly<Record<string, number>> = { angry: 2, anxious: 1 };

/** How much a call asks for a look: an emergency first, then banned words, then the caller's mood. */
function weight(call: CallSummary): number {
  const priority = LEAST_URGENT - (call.priority ?? LEAST_URGENT);
  return (
    priority * 100 + Math.min(call.flags, 9) * 10 + (MOODS[call.emotion ?? ""] ?? 0) * 3 + call.care.length
  );
}

/** Those that ask for a look first; among equals the longest call. */
export function byUrgency(calls: readonly CallSummary[]): CallSummary[] {
  return [...calls].sort((a, b) => weight(b) - weight(a) || a.started_at.localeCompare(b.started_at));
}

export interface FloorCounts {
  readonly live: number;
  readonly emergencies: number;
  readonly upset: number;
  readonly flagged: number;
  readonly care: number;
}

export function countsOf(calls: readonly CallSummary[]): FloorCounts {
  const count = (is: (call: CallSummary) => boolean): number => calls.filter(is).length;
  return {
    live: calls.length,
    emergencies: count(({ priority }) => priority === 1),
    upset: count(({ emotion }) => emotion === "angry"),
    flagged: count(({ flags }) => flags > 0),
    care: count(({ care }) => care.length > 0),
  };
}
