/* eslint-disable */
// Generated from docs/protocol.schema.json by `npm run protocol`. Never edited by hand.

export type ScreenCommand = AcceptSuggestion | DismissSuggestion | EditField | DismissFlag | SubmitTicket;
export type AssistEvent =
  | CallStarted
  | TranscriptUpdated
  | IntentDetected
  | PhraseFlagged
  | PhraseCorrected
  | FlagDismissed
  | SuggestionShown
  | SuggestionWithdrawn
  | TicketFieldFilled
  | CheckUpdated
  | CareFlagged
  | EmotionChanged
  | NoticeShown
  | PipelineDegraded
  | PipelineRecovered
  | CallEnded
  | TicketSubmitted;
/**
 * Who is heard on a leg of the call.
 */
export type Channel = "agent" | "customer";
/**
 * How grave a conduct flag is.
 */
export type Severity = "serious" | "warning";
/**
 * Where a conduct check stands.
 */
export type CheckState = "passed" | "failed" | "pending" | "not_applicable";
/**
 * The caller's state.
 */
export type Mood = "calm" | "anxious" | "angry";
export type FloorMessage = FloorSnapshot | FloorChanged;

/**
 * Contract v1: what a screen receives from a call and what it may send.
 */
export interface HotlineProtocol {
  command: ScreenCommand;
  event: AssistEvent;
  floor: FloorMessage;
  result: CommandResult;
}
/**
 * The agent takes the card; `text` is the wording as edited, when it was.
 */
export interface AcceptSuggestion {
  command_id: string;
  suggestion_id: string;
  text?: string | null;
  type: "accept_suggestion";
}
/**
 * The agent does not want the card.
 */
export interface DismissSuggestion {
  command_id: string;
  suggestion_id: string;
  type: "dismiss_suggestion";
}
/**
 * The agent sets a ticket field; the model leaves it alone from then on. An empty value clears it.
 */
export interface EditField {
  command_id: string;
  field: string;
  type: "edit_field";
  value: string;
}
/**
 * The agent says that a flag is wrong.
 */
export interface DismissFlag {
  command_id: string;
  flag_id: string;
  reason?: string;
  type: "dismiss_flag";
}
/**
 * The agent hands the ticket over.
 */
export interface SubmitTicket {
  command_id: string;
  type: "submit_ticket";
}
/**
 * The first event of every call.
 */
export interface CallStarted {
  agent_id: string | null;
  asr_model: string;
  at_ms: number;
  call_id: string;
  caller_number: string | null;
  domain: string;
  intent_model: string;
  pack_version: string;
  queue: string | null;
  required_fields: string[];
  seq: number;
  started_at: string;
  type: "call_started";
}
/**
 * A revision of an utterance: `committed` only grows, `tentative` may change, the last one is `final`.
 */
export interface TranscriptUpdated {
  at_ms: number;
  call_id: string;
  channel: Channel;
  committed: string;
  confidence: number;
  end_ms: number;
  final: boolean;
  raw: string;
  seq: number;
  start_ms: number;
  tentative: string;
  type: "transcript_updated";
  utterance_id: string;
}
/**
 * What the caller wants; a later one replaces it.
 */
export interface IntentDetected {
  alternatives: ScoredIntent[];
  at_ms: number;
  because: Evidence | null;
  call_id: string;
  confidence: number;
  further_intents: ScoredIntent[];
  intent: string;
  priority: number;
  seq: number;
  type: "intent_detected";
}
/**
 * An intent id and its probability.
 */
export interface ScoredIntent {
  confidence: number;
  id: string;
}
/**
 * The words something rests on; `quote` stands in the text of that utterance.
 */
export interface Evidence {
  channel: Channel;
  end_ms: number;
  quote: string;
  start_ms: number;
  utterance_id: string;
}
/**
 * The agent said something banned. Raised from committed words only.
 */
export interface PhraseFlagged {
  at_ms: number;
  because: Evidence;
  call_id: string;
  confidence: number;
  flag_id: string;
  rule_id: string;
  say_instead: string;
  seq: number;
  severity: Severity;
  suspected: boolean;
  type: "phrase_flagged";
}
/**
 * The agent then said the right thing.
 */
export interface PhraseCorrected {
  at_ms: number;
  because: Evidence;
  call_id: string;
  flag_id: string;
  seq: number;
  type: "phrase_corrected";
}
/**
 * A person said that a flag is wrong; it stays on record with the reason.
 */
export interface FlagDismissed {
  at_ms: number;
  call_id: string;
  flag_id: string;
  reason: string;
  seq: number;
  type: "flag_dismissed";
}
/**
 * A sentence offered to the agent, with the words that called for it.
 */
export interface SuggestionShown {
  at_ms: number;
  because: Evidence | null;
  call_id: string;
  script_id: string;
  seq: number;
  source: string;
  suggestion_id: string;
  text: string;
  title: string;
  type: "suggestion_shown";
  urgent: boolean;
}
/**
 * A card leaves the screen. `reason`: accepted, dismissed, said, stale, superseded.
 */
export interface SuggestionWithdrawn {
  at_ms: number;
  call_id: string;
  reason: string;
  seq: number;
  suggestion_id: string;
  text: string | null;
  type: "suggestion_withdrawn";
}
/**
 * A ticket field has a value. A value with source agent is never overwritten by the model.
 */
export interface TicketFieldFilled {
  at_ms: number;
  because: Evidence | null;
  call_id: string;
  confidence: number;
  field: string;
  seq: number;
  source: "model" | "agent" | "system";
  type: "ticket_field_filled";
  value: string;
}
/**
 * A conduct check changed its state.
 */
export interface CheckUpdated {
  at_ms: number;
  because: Evidence | null;
  call_id: string;
  check: string;
  seq: number;
  state: CheckState;
  type: "check_updated";
}
/**
 * Somebody needs special care.
 */
export interface CareFlagged {
  at_ms: number;
  because: Evidence;
  call_id: string;
  kind: string;
  seq: number;
  type: "care_flagged";
}
/**
 * The caller's mood changed.
 */
export interface EmotionChanged {
  at_ms: number;
  because: Evidence;
  call_id: string;
  seq: number;
  state: Mood;
  type: "emotion_changed";
}
/**
 * A short notice for the agent that is no script (recording notice, area outage …).
 */
export interface NoticeShown {
  at_ms: number;
  call_id: string;
  notice_id: string;
  seq: number;
  text: string;
  type: "notice_shown";
}
/**
 * A stage works with less; `code` is documented in docs/errors.md.
 */
export interface PipelineDegraded {
  at_ms: number;
  call_id: string;
  code: string;
  seq: number;
  stage: string;
  type: "pipeline_degraded";
}
/**
 * The stage works fully again.
 */
export interface PipelineRecovered {
  at_ms: number;
  call_id: string;
  code: string;
  seq: number;
  stage: string;
  type: "pipeline_recovered";
}
/**
 * No more audio. Only a ticket's submission may follow.
 */
export interface CallEnded {
  at_ms: number;
  call_id: string;
  duration_ms: number;
  reason: string;
  seq: number;
  summary: string;
  type: "call_ended";
}
/**
 * The ticket was handed over and has its number.
 */
export interface TicketSubmitted {
  at_ms: number;
  call_id: string;
  number: string;
  seq: number;
  ticket_id: string;
  type: "ticket_submitted";
}
/**
 * The first message on the floor: every live call.
 */
export interface FloorSnapshot {
  calls: CallSummary[];
  type: "floor_snapshot";
}
/**
 * A call in a line.
 */
export interface CallSummary {
  agent_id: string | null;
  call_id: string;
  caller_number: string | null;
  care: string[];
  degraded: string[];
  domain: string;
  emotion: Mood | null;
  flags: number;
  intent: string | null;
  priority: number | null;
  queue: string | null;
  started_at: string;
  state: "live" | "ended";
}
/**
 * A call began, changed or ended.
 */
export interface FloorChanged {
  call: CallSummary;
  type: "floor_changed";
}
/**
 * The answer to a command; the same id gets the same answer.
 */
export interface CommandResult {
  code: string | null;
  command_id: string;
  ok: boolean;
  type: "command_result";
}
