/** Where in the sound a letter of an utterance is. Pure. */

import type { Utterance } from "@/call/state";

type Span = Pick<Utterance, "startMs" | "endMs" | "committed">;

/** The document keeps one span an utterance, so a letter's time is its share of it: Mandarin is spoken evenly. */
export function momentOf(said: Span, letter: number): number {
  const letters = Math.max(1, said.committed.length);
  const share = Math.min(Math.max(letter, 0), letters) / letters;
  return Math.round(said.startMs + share * (said.endMs - said.startMs));
}

/** The utterance that is heard at a moment; of two at once the one that began last. Null in silence. */
export function heardAt<T extends Span>(said: readonly T[], ms: number): T | null {
  let found: T | null = null;
  for (const one of said) {
    if (one.startMs > ms) break;
    if (ms < one.endMs) found = one;
  }
  return found;
}

/** The mark after (+1) or before (−1) a moment, going round at the ends; null when there is none. */
export function nextMark(marks: readonly number[], ms: number, step: 1 | -1): number | null {
  const sorted = [...marks].sort((a, b) => a - b);
  if (step === 1) return sorted.find((mark) => mark > ms + NEAR_MS) ?? sorted[0] ?? null;
  return sorted.findLast((mark) => mark < ms - NEAR_MS) ?? sorted.at(-1) ?? null;
}

/** Standing on a mark, "next" means the one after it. */
const NEAR_MS = 400;
