/** Which cards are on the desk, and in which order. Pure. */
import type { CallState, Suggestion } from "./state";

/** More cards than this are not read during a call. */
export const MOST_CARDS = 3;

/** Urgent first; within that the newest get a place, and those shown keep the order in which they came. */
export function openCards(call: CallState): readonly Suggestion[] {
  const open = call.suggestions.filter(({ withdrawn }) => withdrawn === null);
  const byNews = [...open].sort((a, b) => Number(b.urgent) - Number(a.urgent) || b.seq - a.seq);
  return byNews.slice(0, MOST_CARDS).sort((a, b) => Number(b.urgent) - Number(a.urgent) || a.seq - b.seq);
}
