/* eslint-disable */
// Generated from docs/openapi.json by `npm run protocol`. Never edited by hand.

/**
 * Something that can be done.
 */
export type Action =
  | "call.read"
  | "call.listen"
  | "call.search"
  | "call.command"
  | "call.feed"
  | "door.use"
  | "flag.read"
  | "ticket.read"
  | "ticket.edit"
  | "ticket.work"
  | "ticket.check"
  | "ticket.assign"
  | "webhook.manage"
  | "desk.watch"
  | "floor.watch"
  | "pack.read"
  | "sample.play"
  | "metrics.read"
  | "schema.read"
  | "session.use"
  | "user.read"
  | "user.write"
  | "team.read"
  | "team.write"
  | "token.manage"
  | "grant.read"
  | "grant.give"
  | "audit.read"
  | "phone.see"
  | "privacy.manage"
  | "review.read"
  | "review.write"
  | "review.export"
  | "appeal.open"
  | "appeal.act"
  | "exemplar.write"
  | "kpi.read"
  | "training.read"
  | "training.take"
  | "training.watch";
/**
 * Who is heard on a leg of the call.
 */
export type Channel = "agent" | "customer";
/**
 * What moves an appeal on.
 */
export type AppealAction =
  "endorse" | "decline" | "insist" | "grant" | "reject" | "amend" | "uphold" | "withdraw";
/**
 * In what part somebody acts.
 */
export type AppealRole = "agent" | "leader" | "qa_lead" | "rechecker";
/**
 * Where an appeal stands.
 */
export type AppealState =
  "with_leader" | "declined" | "with_qa_lead" | "with_rechecker" | "amended" | "upheld" | "withdrawn";
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
 * What a callback brought.
 */
export type CallbackResult = "confirmed" | "dissatisfied" | "unreached";
/**
 * How a promise stands.
 */
export type ClockState = "ok" | "warning" | "breached";
/**
 * How the user's confirmation reached us.
 */
export type Confirmation = "callback" | "call" | "signature" | "message";
/**
 * What a reviewer put right.
 */
export type CorrectionKind = "words" | "intent";
/**
 * What became of a flag during the call.
 */
export type FlagState = "open" | "corrected" | "dismissed";
/**
 * Article 13, paragraph 1.
 */
export type Ground = "consent" | "contract" | "duty" | "emergency";
/**
 * What the figures are split by.
 */
export type GroupBy = "none" | "day" | "hour" | "agent" | "domain" | "intent";
/**
 * Who is spoken to.
 */
export type Shape = "standard" | "dingtalk" | "wecom";
/**
 * A person's judgement of a flag.
 */
export type Verdict = "right" | "wrong" | "unsure";
/**
 * What happens to the sound.
 */
export type Keeping = "on" | "stopped" | "refused";
/**
 * What reviewers said, as data.
 */
export type Labels = "flags" | "intents" | "words";
/**
 * Where a message is.
 */
export type MessageState = "waiting" | "delivered" | "dead";
/**
 * What somebody does here; one person may have several (product document, part A9).
 */
export type Role = "agent" | "leader" | "supervisor" | "qa" | "trainer" | "admin" | "adapter";
/**
 * How far people have come with a call.
 */
export type ReviewState = "open" | "reviewed" | "appealed" | "settled";
/**
 * How calls are chosen.
 */
export type SampleKind = "random" | "targeted";
/**
 * Whether a step may be worked on.
 */
export type StepState = "locked" | "open" | "passed";
/**
 * What comes first.
 */
export type QueueOrder = "concern" | "newest";
/**
 * A form of table.
 */
export type Sheet = "csv" | "xlsx";
/**
 * Where a ticket stands (seed 001, 工单闭环管理).
 */
export type Status = "待派单" | "处理中" | "待验收" | "已完成" | "已归档";

export interface HttpBodies {
  Action: Action;
  Agreement: Agreement;
  Announced: Announced;
  Announcement: Announcement;
  Answer: Answer;
  AppealAction: AppealAction;
  AppealRole: AppealRole;
  AppealState: AppealState;
  AppealStep: AppealStep;
  AppealView: AppealView;
  Archive: Archive;
  Archived: Archived;
  Assign: Assign;
  Assigned: Assigned;
  AttemptView: AttemptView;
  AuditView: AuditView;
  Batch: Batch;
  CallEnded: CallEnded;
  CallRecord: CallRecord;
  CallStarted: CallStarted;
  CallState: CallState;
  CallView: CallView;
  CallbackResult: CallbackResult;
  CalledBack: CalledBack;
  CallerNumber: CallerNumber;
  CallsFound: CallsFound;
  CareDocument: CareDocument;
  CareFlagged: CareFlagged;
  Certificate: Certificate;
  Channel: Channel;
  CheckState: CheckState;
  CheckUpdated: CheckUpdated;
  ClockBreached: ClockBreached;
  ClockState: ClockState;
  ClockView: ClockView;
  ClockWarned: ClockWarned;
  Comment: Comment;
  Commented: Commented;
  Confirm: Confirm;
  Confirmation: Confirmation;
  Correction: Correction;
  CorrectionKind: CorrectionKind;
  Course: Course;
  Credentials: Credentials;
  Criterion: Criterion;
  EditField: EditField;
  EmotionChanged: EmotionChanged;
  EmotionDocument: EmotionDocument;
  EventsView: EventsView;
  Evidence: Evidence;
  ExemplarLine: ExemplarLine;
  ExemplarRecord: ExemplarRecord;
  ExemplarView: ExemplarView;
  FieldDocument: FieldDocument;
  FieldEdited: FieldEdited;
  FieldResult: FieldResult;
  FieldValue: FieldValue;
  Finish: Finish;
  FlagDismissed: FlagDismissed;
  FlagDocument: FlagDocument;
  FlagRecord: FlagRecord;
  FlagState: FlagState;
  GaveBack: GaveBack;
  Grant: Grant;
  Ground: Ground;
  GroupBy: GroupBy;
  GroupView: GroupView;
  HTTPValidationError: HTTPValidationError;
  HandIn: HandIn;
  HistoryView: HistoryView;
  Hold: Hold;
  HookForm: HookForm;
  HookMade: HookMade;
  HookView: HookView;
  IntentDetected: IntentDetected;
  IntentDocument: IntentDocument;
  ItemSettled: ItemSettled;
  ItemView: ItemView;
  JudgedView: JudgedView;
  Keeping: Keeping;
  Kpi: Kpi;
  KpiView: KpiView;
  Labels: Labels;
  Lesson: Lesson;
  LessonProgress: LessonProgress;
  LikeView: LikeView;
  MergeInto: MergeInto;
  MergedInto: MergedInto;
  MessageState: MessageState;
  MessageView: MessageView;
  Missed: Missed;
  MissedRecord: MissedRecord;
  Mood: Mood;
  Need: Need;
  NeedsView: NeedsView;
  NewAppeal: NewAppeal;
  NewAttempt: NewAttempt;
  NewCorrection: NewCorrection;
  NewExemplar: NewExemplar;
  NewGrant: NewGrant;
  NewHold: NewHold;
  NewMissed: NewMissed;
  NewPassword: NewPassword;
  NewReview: NewReview;
  NewSample: NewSample;
  NewStep: NewStep;
  NewTeam: NewTeam;
  NewToken: NewToken;
  NewTurn: NewTurn;
  NewUser: NewUser;
  NewVerdict: NewVerdict;
  NoticeShown: NoticeShown;
  OneTimePassword: OneTimePassword;
  "Override-Input": OverrideInput;
  "Override-Output": OverrideOutput;
  PackView: PackView;
  PageView_AppealView_: PageView_AppealView_;
  PageView_AttemptView_: PageView_AttemptView_;
  PageView_AuditView_: PageView_AuditView_;
  PageView_CallRecord_: PageView_CallRecord_;
  PageView_Certificate_: PageView_Certificate_;
  PageView_ExemplarLine_: PageView_ExemplarLine_;
  PageView_FlagRecord_: PageView_FlagRecord_;
  PageView_Grant_: PageView_Grant_;
  PageView_Hold_: PageView_Hold_;
  PageView_HookView_: PageView_HookView_;
  PageView_MessageView_: PageView_MessageView_;
  PageView_PackView_: PageView_PackView_;
  PageView_QueueItem_: PageView_QueueItem_;
  PageView_SampleRecord_: PageView_SampleRecord_;
  PageView_SampleView_: PageView_SampleView_;
  PageView_SearchHit_: PageView_SearchHit_;
  PageView_TeamView_: PageView_TeamView_;
  PageView_TicketLine_: PageView_TicketLine_;
  PageView_TokenView_: PageView_TokenView_;
  PageView_UserView_: PageView_UserView_;
  PageView_str_: PageViewStr_;
  PhraseCorrected: PhraseCorrected;
  PhraseFlagged: PhraseFlagged;
  PipelineDegraded: PipelineDegraded;
  PipelineRecovered: PipelineRecovered;
  Play: Play;
  PrivacyChange: PrivacyChange;
  PrivacyView: PrivacyView;
  Progress: Progress;
  ProgressView: ProgressView;
  QueueItem: QueueItem;
  QueueOrder: QueueOrder;
  RecordCallback: RecordCallback;
  RegionSet: RegionSet;
  Reopen: Reopen;
  Reopened: Reopened;
  Result: Result;
  Retention: Retention;
  ReviewRecord: ReviewRecord;
  ReviewState: ReviewState;
  Role: Role;
  RootCause: RootCause;
  RuleView: RuleView;
  SaidDocument: SaidDocument;
  SampleCall: SampleCall;
  SampleKind: SampleKind;
  SampleRecord: SampleRecord;
  SampleStarted: SampleStarted;
  SampleView: SampleView;
  ScoreForm: ScoreForm;
  ScoredIntent: ScoredIntent;
  ScreeningRecord: ScreeningRecord;
  SearchHit: SearchHit;
  SessionView: SessionView;
  SetRegion: SetRegion;
  SettleItem: SettleItem;
  Severity: Severity;
  Shape: Shape;
  Sheet: Sheet;
  Spoken: Spoken;
  StatisticsView: StatisticsView;
  Status: Status;
  Step: Step;
  StepProgress: StepProgress;
  StepState: StepState;
  SuggestionDocument: SuggestionDocument;
  SuggestionShown: SuggestionShown;
  SuggestionWithdrawn: SuggestionWithdrawn;
  Taken: Taken;
  TeamView: TeamView;
  TicketFieldFilled: TicketFieldFilled;
  TicketLine: TicketLine;
  TicketRegistered: TicketRegistered;
  TicketSubmitted: TicketSubmitted;
  TicketValue: TicketValue;
  TicketView: TicketView;
  Timing: Timing;
  TokenMade: TokenMade;
  TokenView: TokenView;
  Told: Told;
  TookIn: TookIn;
  TranscriptUpdated: TranscriptUpdated;
  Turn: Turn;
  TypedTurn: TypedTurn;
  Unmerged: Unmerged;
  Urge: Urge;
  Urged: Urged;
  UserChange: UserChange;
  UserConfirmed: UserConfirmed;
  UserMade: UserMade;
  UserView: UserView;
  ValidationError: ValidationError;
  Verdict: Verdict;
  VerdictRecord: VerdictRecord;
  WorkFinished: WorkFinished;
  WorkStarted: WorkStarted;
}
/**
 * Two judges over the same items.
 */
export interface Agreement {
  items: number;
  kappa: number | null;
  same: number | null;
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
 * The machine's answer to a question.
 */
export interface Answer {
  because: Evidence[];
  criterion: string;
  note: string;
  share: number | null;
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
 * One thing that was done.
 */
export interface AppealStep {
  action: AppealAction;
  at: string;
  by: string;
  comment: string;
  role: AppealRole;
}
/**
 * An appeal with its history and what can be done next.
 */
export interface AppealView {
  appeal_id: string;
  call_id: string;
  open_actions: AppealAction[];
  opened_at: string;
  opened_by: string;
  reason: string;
  review_id: string;
  state: AppealState;
  steps: AppealStep[];
}
/**
 * Close for good, with what was learnt.
 */
export interface Archive {
  summary?: string;
}
/**
 * Closed for good, with what was learnt (归档总结).
 */
export interface Archived {
  at: string;
  by: string | null;
  seq: number;
  summary: string;
  type: "archived";
}
/**
 * Send somebody out; again to send somebody else.
 */
export interface Assign {
  assignee: string;
}
/**
 * Sent out to somebody (派单).
 */
export interface Assigned {
  assignee: string;
  at: string;
  by: string | null;
  seq: number;
  type: "assigned";
  was: string;
}
/**
 * An attempt as its trainee sees it.
 */
export interface AttemptView {
  attempt_id: string;
  call_id: string | null;
  course: string;
  finished_at: string | null;
  heard: string[];
  lesson_id: string;
  more: boolean;
  result: Result | null;
  started_at: string;
  turns: TypedTurn[];
  user_id: string;
}
/**
 * An assessed attempt.
 */
export interface Result {
  conduct: number | null;
  fields: FieldResult[];
  intent_right: boolean;
  missed: Missed[];
  parts: {
    [k: string]: number;
  };
  passed: boolean;
  total: number;
  weak: string[];
}
/**
 * One ticket field against the truth.
 */
export interface FieldResult {
  field: string;
  given: string;
  name: string;
  right: boolean;
  truth: string;
}
/**
 * Something that was not done or not noticed, and what would have been right.
 */
export interface Missed {
  say: string;
  source: string;
  topic: string;
  what: string;
}
/**
 * An answer that a trainee typed.
 */
export interface TypedTurn {
  after: number;
  text: string;
}
/**
 * An entry of the audit.
 */
export interface AuditView {
  action: string;
  actor: string;
  at: string;
  detail: {
    [k: string]: string | number | boolean | null;
  };
  hash: string;
  no: number;
  outcome: string;
  thing: string;
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
 * Somebody other than the handler asked the user.
 */
export interface CalledBack {
  at: string;
  by: string | null;
  result: CallbackResult;
  score: number | null;
  seq: number;
  text: string;
  type: "called_back";
}
/**
 * Whose calls.
 */
export interface CallerNumber {
  caller_number: string;
}
/**
 * The calls of somebody.
 */
export interface CallsFound {
  calls: string[];
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
 * That calls were erased, without a word of what was in them.
 */
export interface Certificate {
  at: string;
  audit_hash: string;
  audit_no: number;
  calls: string[];
  erased_by: string;
  erasure_id: string;
  held: string[];
  recordings: number;
  why: string;
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
 * A promise of time was broken; `script_id` says how to apologise.
 */
export interface ClockBreached {
  at: string;
  by: string | null;
  clock: string;
  due_at: string;
  script_id: string;
  seq: number;
  type: "clock_breached";
}
/**
 * A promise of time, as it stands.
 */
export interface ClockView {
  breach_script: string;
  due_at: string;
  id: string;
  item: string;
  kind: string;
  met_at: string | null;
  source: string;
  started_at: string;
  state: ClockState;
  warn_at: string;
}
/**
 * A promise of time is about to be broken.
 */
export interface ClockWarned {
  at: string;
  by: string | null;
  clock: string;
  due_at: string;
  seq: number;
  type: "clock_warned";
}
/**
 * A note; `told_user` when the user was told how it goes.
 */
export interface Comment {
  text: string;
  told_user?: boolean;
}
/**
 * A note; `told_user` when the user heard it, which is what the progress clock asks for.
 */
export interface Commented {
  at: string;
  by: string | null;
  seq: number;
  text: string;
  told_user: boolean;
  type: "commented";
}
/**
 * The user confirms other than in a callback.
 */
export interface Confirm {
  /**
   * How the user's confirmation reached us.
   */
  how?: "callback" | "call" | "signature" | "message";
  words?: string;
}
/**
 * Something that a reviewer put right in an utterance.
 */
export interface Correction {
  at: string;
  by: string;
  call_id: string;
  correction_id: string;
  kind: CorrectionKind;
  utterance_id: string;
  value: string;
}
/**
 * All steps, in order.
 */
export interface Course {
  id: string;
  name: string;
  pass_mark: number;
  source: string;
  steps: Step[];
  version: string;
}
/**
 * Lessons that open together, once the step before is passed.
 */
export interface Step {
  goal: string;
  id: string;
  lessons: Lesson[];
  name: string;
  source: string;
}
/**
 * One exercise with a recorded call.
 */
export interface Lesson {
  goal: string;
  id: string;
  kind: "listen" | "practice";
  sample: string;
  teaches: string[];
  title: string;
}
/**
 * What somebody logs in with.
 */
export interface Credentials {
  login: string;
  password: string;
}
/**
 * A question of the form.
 */
export interface Criterion {
  by: "checks" | "wording" | "ticket" | "person";
  check?: string | null;
  id: string;
  name: string;
  source: string;
  weight: number;
}
/**
 * Correct a field; an empty value clears it.
 */
export interface EditField {
  field: string;
  value: string;
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
 * A call to learn from, in a list.
 */
export interface ExemplarLine {
  at: string;
  exemplar_id: string;
  tags: string[];
  title: string;
  why: string;
}
/**
 * A call that others can learn from.
 */
export interface ExemplarRecord {
  at: string;
  by: string;
  call_id: string;
  exemplar_id: string;
  tags: string[];
  title: string;
  why: string;
}
/**
 * A call to learn from, without the people in it.
 */
export interface ExemplarView {
  at: string;
  domain: string;
  exemplar_id: string;
  tags: string[];
  title: string;
  turns: Turn[];
  why: string;
}
/**
 * An utterance that may be shown.
 */
export interface Turn {
  channel: string;
  end_ms: number;
  start_ms: number;
  text: string;
}
/**
 * A person corrected a field; `was` keeps what stood there.
 */
export interface FieldEdited {
  at: string;
  by: string | null;
  field: string;
  seq: number;
  source: "model" | "agent" | "system";
  type: "field_edited";
  value: string;
  was: FieldValue | null;
}
/**
 * A ticket field's value and where it came from.
 */
export interface FieldValue {
  because: Evidence | null;
  confidence: number;
  source: "model" | "agent" | "system";
  value: string;
}
/**
 * Handled, with what came of it: no ticket without an outcome (seed 002, 事事有回音).
 */
export interface Finish {
  outcome: string;
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
/**
 * A ticket that was joined to this one stands for itself again.
 */
export interface GaveBack {
  at: string;
  by: string | null;
  seq: number;
  ticket_id: string;
  type: "gave_back";
}
/**
 * Who may settle what, on whose word.
 */
export interface Grant {
  agent_id: string | null;
  call_id: string;
  given_at: string;
  grant_id: string;
  leader_id: string;
  scope: string;
}
/**
 * The figures of one group of calls.
 */
export interface GroupView {
  checks: {
    [k: string]: number | null;
  };
  group: string | null;
  known_callers: number;
  on_target: {
    [k: string]: boolean | null;
  };
  values: {
    [k: string]: number | null;
  };
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
 * What the trainee wrote down.
 */
export interface HandIn {
  intent?: string;
  /**
   * @maxItems 20
   */
  phrases?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string]
    | [string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string, string]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ];
  ticket?: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[A-Za-z0-9._:@-]+$".
     */
    [k: string]: string;
  };
}
/**
 * Part of a ticket's history, in order; `next_after` asks for the lines that follow, null when these are the last.
 */
export interface HistoryView {
  items: (
    | TicketRegistered
    | FieldEdited
    | RegionSet
    | Assigned
    | WorkStarted
    | WorkFinished
    | Commented
    | Urged
    | CalledBack
    | UserConfirmed
    | Reopened
    | Archived
    | MergedInto
    | TookIn
    | Unmerged
    | GaveBack
    | ItemSettled
    | ClockWarned
    | ClockBreached
  )[];
  next_after: number | null;
}
/**
 * The agent handed the ticket over (接报登记).
 */
export interface TicketRegistered {
  at: string;
  by: string | null;
  call_id: string;
  domain: string;
  fields: {
    [k: string]: FieldValue;
  };
  number: string;
  seq: number;
  ticket_id: string;
  type: "registered";
}
/**
 * The place's kind, on which time limits may depend.
 */
export interface RegionSet {
  at: string;
  by: string | null;
  region: string;
  seq: number;
  type: "region_set";
  was: string;
}
/**
 * The handler is on the spot, or has begun.
 */
export interface WorkStarted {
  at: string;
  by: string | null;
  handler: string;
  seq: number;
  type: "started";
}
/**
 * Handled; the user has not said so yet.
 */
export interface WorkFinished {
  at: string;
  by: string | null;
  handler: string;
  outcome: string;
  seq: number;
  type: "finished";
}
/**
 * The user asked to hurry (催办).
 */
export interface Urged {
  at: string;
  by: string | null;
  call_id: string | null;
  seq: number;
  text: string;
  type: "urged";
}
/**
 * The user says that the matter is settled. Nothing else completes a ticket.
 */
export interface UserConfirmed {
  at: string;
  by: string | null;
  how: Confirmation;
  seq: number;
  type: "user_confirmed";
  words: string;
}
/**
 * Not settled after all.
 */
export interface Reopened {
  at: string;
  by: string | null;
  reason: string;
  seq: number;
  type: "reopened";
}
/**
 * Joined to another ticket about the same matter; frozen until taken out again.
 */
export interface MergedInto {
  at: string;
  by: string | null;
  seq: number;
  ticket_id: string;
  type: "merged_into";
}
/**
 * Another ticket was joined to this one.
 */
export interface TookIn {
  at: string;
  by: string | null;
  seq: number;
  ticket_id: string;
  type: "took_in";
}
/**
 * Stands for itself again.
 */
export interface Unmerged {
  at: string;
  by: string | null;
  seq: number;
  ticket_id: string;
  type: "unmerged";
}
/**
 * An item of the compensation checklist was done, or does not apply.
 */
export interface ItemSettled {
  at: string;
  by: string | null;
  done: boolean;
  item: string;
  seq: number;
  text: string;
  type: "item_settled";
}
/**
 * A call that must be kept: a complaint, a dispute, an inspection.
 */
export interface Hold {
  call_id: string;
  held_at: string;
  held_by: string;
  reason: string;
}
/**
 * An address to be told, and what of. Robots get a short text without any field of the ticket.
 */
export interface HookForm {
  enabled?: boolean;
  events?: string[];
  name: string;
  secret?: string | null;
  /**
   * Who is spoken to.
   */
  shape?: "standard" | "dingtalk" | "wecom";
  url: string;
  with_fields?: boolean;
}
/**
 * A new hook; its secret is shown this once.
 */
export interface HookMade {
  enabled: boolean;
  events: string[];
  hook_id: string;
  host: string;
  name: string;
  secret: string;
  shape: Shape;
  with_fields: boolean;
}
/**
 * An address that is told. Of the address only the host is shown: the rest may hold a robot's token.
 */
export interface HookView {
  enabled: boolean;
  events: string[];
  hook_id: string;
  host: string;
  name: string;
  shape: Shape;
  with_fields: boolean;
}
/**
 * An item of the compensation checklist; `done` is null while nobody has dealt with it, false when it does not apply.
 */
export interface ItemView {
  done: boolean | null;
  id: string;
  note: string;
  source: string;
  text: string;
}
/**
 * A call as the machine and people judged it.
 */
export interface JudgedView {
  call_id: string;
  missed: MissedRecord[];
  reviews: ReviewRecord[];
  screening: ScreeningRecord;
  verdicts: VerdictRecord[];
}
/**
 * A banned phrase that the machine did not tell.
 */
export interface MissedRecord {
  at: string;
  by: string;
  call_id: string;
  comment: string;
  link: string;
  missed_id: string;
  quote: string;
  rule_id: string;
  severity: Severity;
  start_ms: number;
  utterance_id: string;
}
/**
 * A person's judgement of a call, beside the machine's.
 */
export interface ReviewRecord {
  answers: Answer[];
  at: string;
  by: string;
  call_id: string;
  comment: string;
  form: string;
  overrides: OverrideOutput[];
  passed: boolean | null;
  review_id: string;
  root_cause: RootCause;
  total: number | null;
}
/**
 * A person's answer to a question.
 */
export interface OverrideOutput {
  comment: string;
  criterion: string;
  share: number | null;
}
/**
 * Why it went wrong (003 鱼骨图、5Why).
 */
export interface RootCause {
  branch?: string;
  whys?: string[];
}
/**
 * The machine's judgement of a call.
 */
export interface ScreeningRecord {
  answers: Answer[];
  at: string;
  call_id: string;
  fatal: string[];
  form: string;
  passed: boolean | null;
  score: number | null;
}
/**
 * What a person said about a flag.
 */
export interface VerdictRecord {
  at: string;
  by: string;
  call_id: string;
  comment: string;
  current: boolean;
  flag_id: string;
  rule_id: string;
  verdict: Verdict;
  verdict_id: string;
}
/**
 * One figure.
 */
export interface Kpi {
  basis: "seed" | "ours";
  better: "higher" | "lower" | "none";
  conflict?: string;
  formula: string;
  id: string;
  name: string;
  source: string;
  target?: number | null;
  target_source?: string;
  unit: "count" | "ms" | "share" | "score";
}
/**
 * Figures, and what they mean.
 */
export interface KpiView {
  definitions: Kpi[];
  group_by: GroupBy;
  groups: GroupView[];
  repeat_days: number;
  since: string;
  until: string;
}
/**
 * One lesson as somebody stands with it.
 */
export interface LessonProgress {
  attempts: number;
  best: number | null;
  first: number | null;
  last: number | null;
  lesson_id: string;
  passed: boolean;
}
/**
 * Another ticket that may be about the same matter.
 */
export interface LikeView {
  created_at: string;
  number: string;
  status: string;
  ticket_id: string;
}
/**
 * Join a ticket to another, named by its id or number. Not a `Command`: it changes two tickets.
 */
export interface MergeInto {
  into: string;
}
/**
 * A message, without what it says.
 */
export interface MessageView {
  created_at: string;
  event: string;
  fault: string;
  message_id: string;
  next_at: string;
  state: MessageState;
  ticket_id: string;
  tries: number;
}
/**
 * What an agent or a team should learn.
 */
export interface Need {
  calls: number;
  lessons: string[];
  topic: string;
  who: string | null;
}
/**
 * What people need to learn, the commonest first.
 */
export interface NeedsView {
  agents: Need[];
  teams: Need[];
}
/**
 * Which review, and why it is wrong.
 */
export interface NewAppeal {
  reason: string;
  review_id: string;
}
/**
 * Which lesson.
 */
export interface NewAttempt {
  lesson_id: string;
}
/**
 * What an utterance really said (words), or what the caller wanted with it (intent).
 */
export interface NewCorrection {
  kind: CorrectionKind;
  utterance_id: string;
  value: string;
}
/**
 * Which call others can learn from, and what.
 */
export interface NewExemplar {
  call_id: string;
  /**
   * @maxItems 10
   */
  tags?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string]
    | [string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string];
  title: string;
  why: string;
}
/**
 * What the agent may settle alone.
 */
export interface NewGrant {
  scope: string;
}
/**
 * Why a call must be kept.
 */
export interface NewHold {
  reason: string;
}
/**
 * A banned phrase that the machine did not tell.
 */
export interface NewMissed {
  comment?: string;
  quote: string;
  rule_id: string;
  utterance_id: string;
}
/**
 * One's old password and a new one.
 */
export interface NewPassword {
  new: string;
  old: string;
}
/**
 * A person's answers to questions of the form; what is left out stays as the machine answered it.
 */
export interface NewReview {
  branch?: "" | "人员" | "流程" | "系统" | "知识" | "客户" | "环境";
  comment?: string;
  /**
   * @maxItems 64
   */
  overrides?: OverrideInput[];
  /**
   * @maxItems 5
   */
  whys?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
}
/**
 * A person's answer to a question.
 */
export interface OverrideInput {
  comment?: string;
  criterion: string;
  share: number | null;
}
/**
 * Which calls to draw, how many, how.
 */
export interface NewSample {
  agent_id?: string | null;
  below?: number | null;
  domain?: string | null;
  intent?: string | null;
  /**
   * How calls are chosen.
   */
  kind?: "random" | "targeted";
  rule_id?: string | null;
  seed: number;
  severity?: Severity | null;
  since?: string | null;
  size: number;
  spread?: boolean;
  until?: string | null;
}
/**
 * What to do with an appeal now. `amend` may answer questions of the form anew.
 */
export interface NewStep {
  action: AppealAction;
  comment?: string;
  /**
   * @maxItems 64
   */
  overrides?: OverrideInput[];
}
/**
 * A team's name.
 */
export interface NewTeam {
  name: string;
}
/**
 * A program that may come in, and as what.
 */
export interface NewToken {
  name: string;
  /**
   * @minItems 1
   */
  roles?: [Role, ...Role[]];
}
/**
 * A typed answer.
 */
export interface NewTurn {
  after?: number | null;
  text: string;
}
/**
 * A new account.
 */
export interface NewUser {
  agent_id?: string | null;
  login: string;
  name: string;
  /**
   * @minItems 1
   */
  roles: [Role, ...Role[]];
  team_id?: string | null;
}
/**
 * Whether a flag is right.
 */
export interface NewVerdict {
  comment?: string;
  verdict: Verdict;
}
/**
 * A password that is shown this once and must be changed at the first login.
 */
export interface OneTimePassword {
  one_time_password: string;
}
/**
 * A domain pack in a line.
 */
export interface PackView {
  id: string;
  name: string;
  version: string;
}
export interface PageView_AppealView_ {
  items: AppealView[];
  next_cursor: string | null;
}
export interface PageView_AttemptView_ {
  items: AttemptView[];
  next_cursor: string | null;
}
export interface PageView_AuditView_ {
  items: AuditView[];
  next_cursor: string | null;
}
export interface PageView_CallRecord_ {
  items: CallRecord[];
  next_cursor: string | null;
}
export interface PageView_Certificate_ {
  items: Certificate[];
  next_cursor: string | null;
}
export interface PageView_ExemplarLine_ {
  items: ExemplarLine[];
  next_cursor: string | null;
}
export interface PageView_FlagRecord_ {
  items: FlagRecord[];
  next_cursor: string | null;
}
export interface PageView_Grant_ {
  items: Grant[];
  next_cursor: string | null;
}
export interface PageView_Hold_ {
  items: Hold[];
  next_cursor: string | null;
}
export interface PageView_HookView_ {
  items: HookView[];
  next_cursor: string | null;
}
export interface PageView_MessageView_ {
  items: MessageView[];
  next_cursor: string | null;
}
export interface PageView_PackView_ {
  items: PackView[];
  next_cursor: string | null;
}
export interface PageView_QueueItem_ {
  items: QueueItem[];
  next_cursor: string | null;
}
/**
 * A call as the queue shows it.
 */
export interface QueueItem {
  agent_id: string | null;
  call_id: string;
  concern: number;
  corrected: number;
  domain: string;
  duration_ms: number;
  intent: string | null;
  link: string;
  passed: boolean | null;
  priority: number | null;
  reviewed_score: number | null;
  score: number | null;
  serious: number;
  started_at: string;
  state: ReviewState;
  warnings: number;
}
export interface PageView_SampleRecord_ {
  items: SampleRecord[];
  next_cursor: string | null;
}
/**
 * Calls that were drawn for review, and how, so that anybody can draw them again.
 */
export interface SampleRecord {
  at: string;
  by: string;
  calls?: string[];
  criteria: {
    [k: string]: string | number | null;
  };
  kind: SampleKind;
  population: number;
  sample_id: string;
  seed: number;
  size: number;
  spread: boolean;
}
export interface PageView_SampleView_ {
  items: SampleView[];
  next_cursor: string | null;
}
/**
 * A recording to practise with, without its answers.
 */
export interface SampleView {
  domain: string;
  duration_ms: number;
  recording: string;
  sample: string;
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
export interface PageView_TeamView_ {
  items: TeamView[];
  next_cursor: string | null;
}
/**
 * A team.
 */
export interface TeamView {
  name: string;
  team_id: string;
}
export interface PageView_TicketLine_ {
  items: TicketLine[];
  next_cursor: string | null;
}
/**
 * A ticket in a list.
 */
export interface TicketLine {
  agent_id: string | null;
  assignee: string;
  call_id: string;
  callback_at: string | null;
  created_at: string;
  domain: string;
  due_at: string | null;
  fields: {
    [k: string]: TicketValue;
  };
  intent: string;
  merged_into: string;
  number: string;
  priority: number | null;
  region: string;
  sla: ClockState;
  status: string;
  ticket_id: string;
  updated_at: string;
  urges: number;
  version: number;
}
/**
 * A ticket field as it was handed over.
 */
export interface TicketValue {
  confidence: number;
  source: "model" | "agent" | "system";
  value: string;
}
export interface PageView_TokenView_ {
  items: TokenView[];
  next_cursor: string | null;
}
/**
 * A program's right to come in.
 */
export interface TokenView {
  created_at: string;
  name: string;
  revoked_at: string | null;
  roles: Role[];
  token_id: string;
}
export interface PageView_UserView_ {
  items: UserView[];
  next_cursor: string | null;
}
/**
 * An account.
 */
export interface UserView {
  agent_id: string | null;
  created_at: string;
  disabled: boolean;
  login: string;
  must_change_password: boolean;
  name: string;
  roles: Role[];
  team_id: string | null;
  user_id: string;
}
export interface PageViewStr_ {
  items: string[];
  next_cursor: string | null;
}
/**
 * How fast the caller speaks; answering by voice needs 1.0, since both sides of a call share one clock.
 */
export interface Play {
  pace?: number;
}
/**
 * What was told or agreed; what is left out stays.
 */
export interface PrivacyChange {
  ground?: Ground | null;
  notice_version?: string | null;
}
/**
 * What was told and agreed in a call.
 */
export interface PrivacyView {
  call_id: string;
  ground: Ground;
  keeping: Keeping;
  keeping_at: string | null;
  notice_at: string | null;
  notice_owed: boolean;
  notice_version: string | null;
  on_hold?: boolean;
}
/**
 * A whole course as somebody stands with it.
 */
export interface Progress {
  finished: boolean;
  steps: StepProgress[];
  suggested: string[];
}
/**
 * One step as somebody stands with it.
 */
export interface StepProgress {
  lessons: LessonProgress[];
  state: StepState;
  step_id: string;
}
/**
 * Where somebody stands.
 */
export interface ProgressView {
  progress: Progress;
  user_id: string;
}
/**
 * What a callback brought.
 */
export interface RecordCallback {
  result: CallbackResult;
  score?: number | null;
  text?: string;
}
/**
 * Not settled after all.
 */
export interface Reopen {
  reason: string;
}
/**
 * What is due to be deleted by the terms in force.
 */
export interface Retention {
  sound: string[];
  sound_days: number;
  words: string[];
  words_days: number;
}
/**
 * How good a rule is, as far as people have looked.
 */
export interface RuleView {
  missed: number;
  precision: number | null;
  recall: number | null;
  right: number;
  rule_id: string;
  unsure: number;
  wrong: number;
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
 * All questions, and how they make a score of 0 to 100.
 */
export interface ScoreForm {
  corrected_share: number;
  criteria: Criterion[];
  deductions: {
    [k: string]: number;
  };
  fatal_cap: number;
  fatal_rules: string[];
  id: string;
  name: string;
  pass_mark: number;
  source: string;
  version: string;
}
/**
 * Who one is here, and what one may do: the page shows what `may` allows and hides the rest.
 */
export interface SessionView {
  agent_id: string | null;
  auth: boolean;
  csrf_token: string | null;
  login: string;
  may: {
    [k: string]: string;
  };
  must_change_password: boolean;
  name: string;
  roles: Role[];
  team_id: string | null;
  user_id: string;
}
/**
 * Say what kind of place it is; empty for the profile's default.
 */
export interface SetRegion {
  region: string;
}
/**
 * Tick an item of the compensation checklist, or say why it does not apply.
 */
export interface SettleItem {
  done: boolean;
  item: string;
  text?: string;
}
/**
 * What verdicts and reviews say about the machine.
 */
export interface StatisticsView {
  agreement: {
    [k: string]: Agreement;
  };
  rules: RuleView[];
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
 * A ticket whole.
 */
export interface TicketView {
  alike: LikeView[];
  archived_at: string | null;
  assigned_at: string | null;
  assignee: string;
  call_id: string;
  callbacks: CalledBack[];
  checklist: ItemView[];
  clocks: ClockView[];
  completed_at: string | null;
  confirmations: number;
  confirmations_needed: number;
  created_at: string;
  domain: string;
  fields: {
    [k: string]: FieldValue;
  };
  finished_at: string | null;
  handlers: string[];
  holds: string[];
  merged_into: string;
  missing_fields: string[];
  number: string;
  outcome: string;
  region: string;
  sla: ClockState;
  started_at: string | null;
  status: Status;
  ticket_id: string;
  updated_at: string;
  urges: number;
  version: number;
}
/**
 * A new token; its secret is shown this once.
 */
export interface TokenMade {
  created_at: string;
  name: string;
  revoked_at: string | null;
  roles: Role[];
  secret: string;
  token_id: string;
}
/**
 * The call is over.
 */
export interface Told {
  call_id: string;
  ended: boolean;
}
/**
 * The user asks to hurry.
 */
export interface Urge {
  call_id?: string | null;
  text?: string;
}
/**
 * What is to change; what is left out stays.
 */
export interface UserChange {
  agent_id?: string | null;
  disabled?: boolean | null;
  name?: string | null;
  roles?: [Role, ...Role[]] | null;
  team_id?: string | null;
}
/**
 * A new account with its first password.
 */
export interface UserMade {
  agent_id: string | null;
  created_at: string;
  disabled: boolean;
  login: string;
  must_change_password: boolean;
  name: string;
  one_time_password: string;
  roles: Role[];
  team_id: string | null;
  user_id: string;
}
