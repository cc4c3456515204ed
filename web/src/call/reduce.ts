/** The page's whole memory of a call: `(CallState, AssistEvent) => CallState`, pure. Knows no clock, socket or screen. */
import type {
  AssistEvent,
  PhraseFlagged,
  SuggestionShown,
  TicketFieldFilled,
  TranscriptUpdated,
} from "@/protocol/events";
import type { CallState, Flag, Suggestion, Utterance } from "./state";

/** An event that was applied before (same or lower `seq`) changes nothing. */
export function reduce(state: CallState, event: AssistEvent): CallState {
  if (event.seq <= state.seq) return state;
  const next = apply(state, event);
  return { ...next, seq: event.seq, atMs: Math.max(state.atMs, event.at_ms) };
}

function apply(state: CallState, event: AssistEvent): CallState {
  switch (event.type) {
    case "call_started":
      return { ...state, phase: "live", started: event };
    case "transcript_updated":
      return { ...state, utterances: withUtterance(state.utterances, utteranceOf(event)) };
    case "intent_detected":
      return { ...state, intent: event };
    case "phrase_flagged":
      return { ...state, flags: [...state.flags, flagOf(event)] };
    case "phrase_corrected":
      return { ...state, flags: changed(state.flags, event.flag_id, { corrected: event.because }) };
    case "flag_dismissed":
      return { ...state, flags: changed(state.flags, event.flag_id, { dismissed: event.reason }) };
    case "suggestion_shown":
      return { ...state, suggestions: withSuggestion(state.suggestions, suggestionOf(event)) };
    case "suggestion_withdrawn": {
      const gone = { withdrawn: event.reason };
      return { ...state, suggestions: changed(state.suggestions, event.suggestion_id, gone) };
    }
    case "ticket_field_filled":
      return withField(state, event);
    case "check_updated": {
      const check = { state: event.state, because: event.because };
      return { ...state, checks: { ...state.checks, [event.check]: check } };
    }
    case "care_flagged": {
      const others = state.care.filter((known) => known.kind !== event.kind);
      return { ...state, care: [...others, event] };
    }
    case "emotion_changed":
      return { ...state, mood: { state: event.state, because: event.because } };
    case "notice_shown": {
      const others = state.notices.filter((notice) => notice.id !== event.notice_id);
      return { ...state, notices: [...others, { id: event.notice_id, text: event.text }] };
    }
    case "pipeline_degraded": {
      const others = state.degraded.filter(({ stage }) => stage !== event.stage);
      return { ...state, degraded: [...others, { stage: event.stage, code: event.code }] };
    }
    case "pipeline_recovered":
      return { ...state, degraded: state.degraded.filter(({ stage }) => stage !== event.stage) };
    case "call_ended": {
      const { reason, duration_ms: durationMs, summary } = event;
      return { ...state, phase: "ended", ended: { reason, durationMs, summary } };
    }
    case "ticket_submitted":
      return { ...state, ticket: { id: event.ticket_id, number: event.number } };
    default: {
      const never: never = event;
      return never;
    }
  }
}

function utteranceOf(event: TranscriptUpdated): Utterance {
  return {
    id: event.utterance_id,
    channel: event.channel,
    startMs: event.start_ms,
    endMs: event.end_ms,
    committed: event.committed,
    tentative: event.tentative,
    final: event.final,
  };
}

/** Keeps the list in order of start. The place is nearly always at the end, so it is looked for from there. */
function withUtterance(list: readonly Utterance[], said: Utterance): readonly Utterance[] {
  const known = list.findLastIndex(({ id }) => id === said.id);
  if (known >= 0 && list[known]?.final) return list; // the final revision is the last word
  const rest = known >= 0 ? list.toSpliced(known, 1) : list;
  const isEmpty = said.committed === "" && said.tentative === "";
  if (isEmpty) return rest; // a draft that came to nothing leaves no bubble
  const before = rest.findLastIndex(({ startMs }) => startMs <= said.startMs);
  return rest.toSpliced(before + 1, 0, said);
}

function flagOf(event: PhraseFlagged): Flag {
  return {
    id: event.flag_id,
    ruleId: event.rule_id,
    severity: event.severity,
    sayInstead: event.say_instead,
    suspected: event.suspected,
    atMs: event.at_ms,
    because: event.because,
    corrected: null,
    dismissed: null,
  };
}

function suggestionOf(event: SuggestionShown): Suggestion {
  return {
    id: event.suggestion_id,
    scriptId: event.script_id,
    seq: event.seq,
    atMs: event.at_ms,
    title: event.title,
    text: event.text,
    source: event.source,
    urgent: event.urgent,
    because: event.because,
    withdrawn: null,
  };
}

function withSuggestion(list: readonly Suggestion[], shown: Suggestion): readonly Suggestion[] {
  return [...list.filter(({ id }) => id !== shown.id), shown];
}

/** What a person wrote stays, whatever arrives later from the model. */
function withField(state: CallState, event: TicketFieldFilled): CallState {
  const known = state.fields[event.field];
  if (known?.source === "agent" && event.source === "model") return state;
  const { value, confidence, source, because } = event;
  return { ...state, fields: { ...state.fields, [event.field]: { value, confidence, source, because } } };
}

function changed<T extends { readonly id: string }>(
  list: readonly T[],
  id: string,
  change: Partial<T>,
): readonly T[] {
  return list.map((item) => (item.id === id ? { ...item, ...change } : item));
}
