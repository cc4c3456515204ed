/** What a screen remembers of one call. Made only by `reduce`; nothing here changes in place. */
import type {
  CallStarted,
  CareFlagged,
  Channel,
  CheckState,
  Evidence,
  IntentDetected,
  Mood,
  Severity,
  TicketFieldFilled,
} from "@/protocol/events";

export interface Utterance {
  readonly id: string;
  readonly channel: Channel;
  readonly startMs: number;
  readonly endMs: number;
  readonly committed: string;
  readonly tentative: string;
  readonly final: boolean;
}

export interface Flag {
  readonly id: string;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly sayInstead: string;
  readonly suspected: boolean;
  readonly atMs: number;
  readonly because: Evidence;
  readonly corrected: Evidence | null;
  /** The reason a person gave for calling it wrong; null while it stands. */
  readonly dismissed: string | null;
}

export interface Suggestion {
  readonly id: string;
  readonly scriptId: string;
  readonly seq: number;
  readonly atMs: number;
  readonly title: string;
  readonly text: string;
  readonly source: string;
  readonly urgent: boolean;
  readonly because: Evidence | null;
  /** Null while the card is on the screen. */
  readonly withdrawn: string | null;
}

export interface TicketField {
  readonly value: string;
  readonly confidence: number;
  readonly source: TicketFieldFilled["source"];
  readonly because: Evidence | null;
}

export interface Check {
  readonly state: CheckState;
  readonly because: Evidence | null;
}

export interface Degraded {
  readonly stage: string;
  readonly code: string;
}

export type CallPhase = "waiting" | "live" | "ended";

export interface CallState {
  readonly seq: number;
  readonly atMs: number;
  readonly phase: CallPhase;
  readonly started: CallStarted | null;
  readonly utterances: readonly Utterance[];
  readonly intent: IntentDetected | null;
  readonly flags: readonly Flag[];
  readonly suggestions: readonly Suggestion[];
  readonly fields: Readonly<Record<string, TicketField>>;
  readonly checks: Readonly<Record<string, Check>>;
  readonly care: readonly CareFlagged[];
  readonly mood: { readonly state: Mood; readonly because: Evidence } | null;
  readonly notices: readonly { readonly id: string; readonly text: string }[];
  readonly degraded: readonly Degraded[];
  readonly ended: { readonly reason: string; readonly durationMs: number; readonly summary: string } | null;
  readonly ticket: { readonly id: string; readonly number: string } | null;
}

export const emptyCall: CallState = {
  seq: 0,
  atMs: 0,
  phase: "waiting",
  started: null,
  utterances: [],
  intent: null,
  flags: [],
  suggestions: [],
  fields: {},
  checks: {},
  care: [],
  mood: null,
  notices: [],
  degraded: [],
  ended: null,
  ticket: null,
};
