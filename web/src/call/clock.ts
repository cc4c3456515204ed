/** Relates call time (audio heard, ms) to the wall clock of this screen. Pure; the caller gives the time. */
import type { AssistEvent } from "@/protocol/events";

export interface CallClock {
  /** Wall time at which the call's audio began, as the quickest event so far suggests. */
  readonly startMs: number | null;
  /** From the end of the latest words to their text on this screen; null until live words came. */
  readonly lagMs: number | null;
}

export const stoppedClock: CallClock = { startMs: null, lagMs: null };

/** Older than this on arrival, an event is a replay and says nothing about lag. */
const REPLAY_MS = 15_000;

/** Share of the newest measurement in the shown lag: jumps are shown soon, jitter is not. */
const NEWEST_SHARE = 0.4;

export function hearEvent(clock: CallClock, event: AssistEvent, nowMs: number): CallClock {
  const suggested = nowMs - event.at_ms;
  const startMs = clock.startMs === null ? suggested : Math.min(clock.startMs, suggested);
  if (event.type !== "transcript_updated") return { startMs, lagMs: clock.lagMs };
  const heldUpMs = suggested - startMs;
  if (heldUpMs > REPLAY_MS) return { startMs, lagMs: clock.lagMs };
  const measured = Math.max(0, nowMs - startMs - event.end_ms);
  const lagMs = clock.lagMs === null ? measured : clock.lagMs + NEWEST_SHARE * (measured - clock.lagMs);
  return { startMs, lagMs };
}

/** Call time now. */
export function callTimeMs(clock: CallClock, heardMs: number, nowMs: number): number {
  return clock.startMs === null ? heardMs : Math.max(heardMs, nowMs - clock.startMs);
}

/** `m:ss`, or `h:mm:ss` from an hour on; with a minus sign when negative. */
export function formatClock(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  const sign = ms <= -1000 ? "−" : "";
  return hours > 0 ? `${sign}${hours}:${two(minutes)}:${rest}` : `${sign}${two(minutes)}:${rest}`;
}
