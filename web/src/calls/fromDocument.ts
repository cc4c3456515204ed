/** A finished call's document in the words of the live screens, so that both show it with the same parts. Pure. */
import type { Flag, Utterance } from "@/call/state";
import type { CallView, FlagDocument } from "@/protocol/api";

export function utterancesOf(call: CallView): Utterance[] {
  return call.utterances.map((said) => ({
    id: said.utterance_id,
    channel: said.channel,
    startMs: said.start_ms,
    endMs: said.end_ms,
    committed: said.text,
    tentative: "",
    final: true,
  }));
}

export const flagsOf = (call: CallView): Flag[] => call.flags.map(flagOf);

function flagOf(flag: FlagDocument): Flag {
  const { utterance_id, channel, start_ms, end_ms, quote } = flag;
  return {
    id: flag.flag_id,
    ruleId: flag.rule_id,
    severity: flag.severity,
    sayInstead: flag.say_instead,
    suspected: flag.suspected,
    atMs: end_ms,
    because: { utterance_id, channel, start_ms, end_ms, quote },
    corrected: flag.corrected_because,
    dismissed: flag.dismissed ? flag.dismissed_reason : null,
  };
}
