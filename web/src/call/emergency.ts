/** What counts in an emergency call. Pure. */
import type { CallState, Suggestion } from "./state";
import { openCards } from "./suggestions";
import type { FieldId } from "./taxonomy";
import { priorityOf } from "./ticket";

/** The emergency form: place, fault, extent, contact (001 紧急抢修: 抢修地点、故障详情、影响范围、联系方式). */
export const EMERGENCY_FIELDS = [
  "address",
  "symptom",
  "impact",
  "phone",
] as const satisfies readonly FieldId[];

/** What the caller is to be told of the progress (001 SC-15). */
export const PROGRESS_ITEMS = ["measures", "eta", "plan", "advice"] as const;
export type ProgressItem = (typeof PROGRESS_ITEMS)[number];

/** From the moment the call is known to be one until it ends. */
export function isEmergency(call: CallState): boolean {
  return call.phase === "live" && priorityOf(call) === 1;
}

/** The sentence for the caller's safety: the first card on the desk, when it is an urgent one. */
export function safetyCard(call: CallState): Suggestion | null {
  const first = openCards(call)[0];
  return first?.urgent ? first : null;
}
