/* eslint-disable */
// Generated from docs/openapi.json by `npm run protocol`. Never edited by hand.

/**
 * Who is heard on a leg of the call.
 */
export type Channel = "agent" | "customer";
/**
 * Where a call stands.
 */
export type CallState = "live" | "ended" | "interrupted";
/**
 * Where a conduct check stands.
 */
export type CheckState = "passed" | "failed" | "pending" | "not_applicable";
/**
 * The caller's state.
 */
export type Mood = "calm" | "anxious" | "angry";
/**
 * How grave a conduct flag is.
 */
export type Severity = "serious" | "warning";
/**
 * What became of a flag during the call.
 */
export type FlagState = "open" | "corrected" | "dismissed";

export interface HttpBodies {
  Announced: Announced;
  Announcement: Announcement;
  Batch: Batch;
  CallEnded: CallEnded;
  CallRecord: CallRecord;
  CallStarted: CallStarted;
  CallState: CallState;
  CallView: CallView;
  CareDocument: CareDocument;
  CareFlagged: CareFlagged;
  Channel: Channel;
  CheckState: CheckState;
  CheckUpdated: CheckUpdated;
  EmotionChanged: EmotionChanged;
  EmotionDocument: EmotionDocument;
  EventsView: EventsView;
  Evidence: Evidence;
  FieldDocument: FieldDocument;
  FlagDismissed: FlagDismissed;
  FlagDocument: FlagDocument;
  FlagRecord: FlagRecord;
  FlagState: FlagState;
  HTTPValidationError: HTTPValidationError;
  IntentDetected: IntentDetected;
  IntentDocument: IntentDocument;
  Mood: Mood;
  NoticeShown: NoticeShown;
  PackView: PackView;
  PageView_CallRecord_: PageView_CallRecord_;
  PageView_FlagRecord_: PageView_FlagRecord_;
  PageView_PackView_: PageView_PackView_;
  PageView_SearchHit_: PageView_SearchHit_;
  PageView_TicketRecord_: PageView_TicketRecord_;
  PageView_str_: PageViewStr_;
  PhraseCorrected: PhraseCorrected;
  PhraseFlagged: PhraseFlagged;
  PipelineDegraded: PipelineDegraded;
  PipelineRecovered: PipelineRecovered;
  SaidDocument: SaidDocument;
  SampleCall: SampleCall;
  SampleStarted: SampleStarted;
  ScoredIntent: ScoredIntent;
  SearchHit: SearchHit;
  Severity: Severity;
  Spoken: Spoken;
  SuggestionDocument: SuggestionDocument;
  SuggestionShown: SuggestionShown;
  SuggestionWithdrawn: SuggestionWithdrawn;
  Taken: Taken;
  TicketFieldFilled: TicketFieldFilled;
  TicketRecord: TicketRecord;
  TicketSubmitted: TicketSubmitted;
  TicketValue: TicketValue;
  Timing: Timing;
  Told: Told;
  TranscriptUpdated: TranscriptUpdated;
  ValidationError: ValidationError;
}
/**
 * The call may come.
 */
export interface Announced {
  call_id: string;
}
/**
 * A call that will come over two connections.
 */
export interface Announcement {
  agent_id?: string | null;
  agent_uuid: string;
  call_id: string;
  caller_number?: string | null;
  customer_uuid: string;
  domain: string;
  metadata?: {
    [k: string]: string;
  };
  queue?: string | null;
}
/**
 * The body of a request: sentences, and who is on the call when it is the first.
 */
export interface Batch {
  agent_id?: string | null;
  caller_number?: string | null;
  metadata?: {
    [k: string]: string | number | boolean | null;
  };
  queue?: string | null;
  recogniser?: string;
  /**
   * @minItems 1
   * @maxItems 100
   */
  sentences: [Spoken, ...Spoken[]];
}
/**
 * One sentence of one side.
 */
export interface Spoken {
  channel: Channel;
  confidence?: number;
  end_ms?: number | null;
  final?: boolean;
  sentence_id: string;
  start_ms?: number | null;
  text: string;
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
 * A call as the list shows it.
 */
export interface CallRecord {
  agent_id: string | null;
  call_id: string;
  caller_number: string | null;
  domain: string;
  duration_ms: number | null;
  ended_at: string | null;
  last_seq: number;
  models: {
    [k: string]: string;
  };
  pack_version: string;
  queue: string | null;
  started_at: string;
  state: CallState;
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
 * A call's document, with what the server knows beyond its events.
 */
export interface CallView {
  agent_id: string | null;
  call_id: string;
  caller_number: string | null;
  check_evidence: {
    [k: string]: Evidence;
  };
  checks: {
    [k: string]: CheckState;
  };
  contract: 1;
  domain: string;
  duration_ms: number;
  emotion: EmotionDocument[];
  ended: boolean;
  ended_at: string | null;
  flags: FlagDocument[];
  further_intents: ScoredIntent[];
  has_recording: boolean;
  intent: IntentDocument | null;
  last_seq: number;
  missing_fields: string[];
  models: {
    [k: string]: string;
  };
  priority: number | null;
  queue: string | null;
  reviews: string[];
  special_care: CareDocument | null;
  started_at: string;
  state: CallState;
  suggestions: SuggestionDocument[];
  summary: string;
  ticket: {
    [k: string]: FieldDocument;
  };
  ticket_number: string | null;
  timing: Timing | null;
  utterances: SaidDocument[];
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
 * From when on the caller was how.
 */
export interface EmotionDocument {
  because: Evidence;
  start_ms: number;
  state: Mood;
}
/**
 * A banned phrase, where it was said, and what became of it.
 */
export interface FlagDocument {
  channel: Channel;
  confidence: number;
  corrected: boolean;
  corrected_because: Evidence | null;
  dismissed: boolean;
  dismissed_reason: string;
  end_ms: number;
  flag_id: string;
  quote: string;
  rule_id: string;
  say_instead: string;
  severity: Severity;
  start_ms: number;
  suspected: boolean;
  utterance_id: string;
}
/**
 * An intent id and its probability.
 */
export interface ScoredIntent {
  confidence: number;
  id: string;
}
/**
 * What the caller wanted.
 */
export interface IntentDocument {
  alternatives: ScoredIntent[];
  because: Evidence | null;
  confidence: number;
  id: string;
}
/**
 * Somebody who needs special care.
 */
export interface CareDocument {
  because: Evidence;
  kind: string;
  kinds: string[];
}
/**
 * A card the agent was shown.
 */
export interface SuggestionDocument {
  at_ms: number;
  because: Evidence | null;
  outcome: string | null;
  script_id: string;
  source: string;
  suggestion_id: string;
  text: string;
  title: string;
  urgent: boolean;
  withdrawn_at_ms: number | null;
}
/**
 * A ticket field that has a value.
 */
export interface FieldDocument {
  because: Evidence | null;
  confidence: number;
  dated: string | null;
  source: "model" | "agent" | "system";
  value: string;
}
/**
 * What the work took, in seconds.
 */
export interface Timing {
  asr_s: number;
  audio_s: number;
  nlu_s: number;
  total_s: number;
}
/**
 * An utterance in its final form.
 */
export interface SaidDocument {
  channel: Channel;
  confidence: number;
  end_ms: number;
  start_ms: number;
  text: string;
  utterance_id: string;
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
 * Part of a call's events, in order; `next_after` asks for those that follow, null when these are the last.
 */
export interface EventsView {
  items: (
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
    | TicketSubmitted
  )[];
  next_after: number | null;
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
 * A banned phrase, with the call it was said in.
 */
export interface FlagRecord {
  agent_id: string | null;
  domain: string;
  event: PhraseFlagged;
  reason: string;
  started_at: string;
  state: FlagState;
}
export interface HTTPValidationError {
  detail?: ValidationError[];
}
export interface ValidationError {
  ctx?: {};
  input?: unknown;
  loc: (string | number)[];
  msg: string;
  type: string;
}
/**
 * A domain pack in a line.
 */
export interface PackView {
  id: string;
  name: string;
  version: string;
}
export interface PageView_CallRecord_ {
  items: CallRecord[];
  next_cursor: string | null;
}
export interface PageView_FlagRecord_ {
  items: FlagRecord[];
  next_cursor: string | null;
}
export interface PageView_PackView_ {
  items: PackView[];
  next_cursor: string | null;
}
export interface PageView_SearchHit_ {
  items: SearchHit[];
  next_cursor: string | null;
}
/**
 * A final utterance that holds the words looked for.
 */
export interface SearchHit {
  call_id: string;
  channel: Channel;
  domain: string;
  end_ms: number;
  start_ms: number;
  started_at: string;
  text: string;
  utterance_id: string;
}
export interface PageView_TicketRecord_ {
  items: TicketRecord[];
  next_cursor: string | null;
}
/**
 * A ticket that was handed over.
 */
export interface TicketRecord {
  call_id: string;
  created_at: string;
  domain: string;
  fields: {
    [k: string]: TicketValue;
  };
  number: string;
  status: string;
  ticket_id: string;
}
/**
 * A ticket field as it was handed over.
 */
export interface TicketValue {
  confidence: number;
  source: "model" | "agent" | "system";
  value: string;
}
export interface PageViewStr_ {
  items: string[];
  next_cursor: string | null;
}
/**
 * Which sample to play as a live call, and how fast (1.0 is real time).
 */
export interface SampleCall {
  pace?: number;
  sample: string;
}
/**
 * The sample is playing as this call.
 */
export interface SampleStarted {
  call_id: string;
}
/**
 * All sentences of a request are stored.
 */
export interface Taken {
  call_id: string;
  last_seq: number;
  stored: string[];
}
/**
 * The call is over.
 */
export interface Told {
  call_id: string;
  ended: boolean;
}
