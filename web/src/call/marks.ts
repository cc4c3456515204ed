/** Which letters of an utterance are flagged, as pieces to show in a row. Pure. */
import type { Flag, Utterance } from "./state";

export interface Piece {
  /** The letter of the text that the piece begins with. */
  readonly from: number;
  readonly text: string;
  /** The flag that stands on these letters, if any. */
  readonly flag: Flag | null;
}

/** Flags by utterance, without those that a person called wrong. */
export function marksByUtterance(flags: readonly Flag[]): ReadonlyMap<string, readonly Flag[]> {
  const marks = new Map<string, Flag[]>();
  for (const flag of flags) {
    if (flag.dismissed !== null) continue;
    const id = flag.because.utterance_id;
    marks.set(id, [...(marks.get(id) ?? []), flag]);
  }
  return marks;
}

/** Cuts the committed text at the flagged quotes; where a quote occurs twice, the time decides which is meant. */
export function pieces(said: Utterance, flags: readonly Flag[]): Piece[] {
  const spans = flags
    .map((flag) => ({ flag, from: placeOf(said, flag), length: flag.because.quote.length }))
    .filter(({ from }) => from >= 0)
    .sort((a, b) => a.from - b.from);
  const cut: Piece[] = [];
  let at = 0;
  for (const { flag, from, length } of spans) {
    if (from < at) continue; // overlaps the flag before it, which is underlined already
    if (from > at) cut.push({ from: at, text: said.committed.slice(at, from), flag: null });
    cut.push({ from, text: said.committed.slice(from, from + length), flag });
    at = from + length;
  }
  if (at < said.committed.length) cut.push({ from: at, text: said.committed.slice(at), flag: null });
  return cut;
}

function placeOf(said: Utterance, flag: Flag): number {
  const { quote, start_ms: startMs } = flag.because;
  if (quote === "") return -1;
  const share = (startMs - said.startMs) / Math.max(1, said.endMs - said.startMs);
  const expected = share * said.committed.length;
  let best = -1;
  for (let at = said.committed.indexOf(quote); at >= 0; at = said.committed.indexOf(quote, at + 1)) {
    if (best < 0 || Math.abs(at - expected) < Math.abs(best - expected)) best = at;
  }
  return best;
}
