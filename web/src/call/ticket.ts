/** Questions about a call's ticket: what must be filled, what is missing, what looks wrong. Pure. */
import { FIELDS, FIELD_IDS, INTENT_CLASS, isPriority, type FieldId, type Priority } from "./taxonomy";
import type { FieldSpec, IntentId } from "./taxonomy";
import type { CallState } from "./state";

export function isFieldId(id: string): id is FieldId {
  return id in FIELDS;
}

/** The ticket's class: what the form says, else the class of the intent. */
export function ticketClass(call: CallState): string | null {
  const written = call.fields["class"]?.value;
  if (written) return written;
  const intent = call.fields["intent"]?.value ?? call.intent?.intent;
  return intent && intent in INTENT_CLASS ? INTENT_CLASS[intent as IntentId] : null;
}

export function requiredFields(call: CallState): ReadonlySet<FieldId> {
  const ofCall: readonly string[] = call.started?.required_fields ?? [];
  const currentClass = ticketClass(call);
  return new Set(
    FIELD_IDS.filter((id) => {
      const spec: FieldSpec = FIELDS[id];
      const byClass = spec.requiredFor !== undefined && spec.requiredFor === currentClass;
      return spec.required === true || byClass || ofCall.includes(id);
    }),
  );
}

/** Required fields without a value, in the order of the form. */
export function missingFields(call: CallState): FieldId[] {
  const required = requiredFields(call);
  return FIELD_IDS.filter((id) => required.has(id) && !call.fields[id]?.value.trim());
}

/** The priority that counts: a person's choice, else the intent's. */
export function priorityOf(call: CallState): Priority | null {
  const written = Number(call.fields["priority"]?.value);
  if (isPriority(written)) return written;
  const found = call.intent?.priority;
  return found !== undefined && isPriority(found) ? found : null;
}

const PHONE = /^(1[3-9]\d{9}|0\d{2,3}\d{7,8}|\d{7,8}|400\d{7}|9\d{4})$/;

/** The i18n key of what looks wrong in a value; null when nothing does. It warns and never blocks. */
export function fieldProblem(id: FieldId, value: string): "phone" | "digits" | null {
  const text = value.replace(/[\s-]/g, "");
  if (!text) return null;
  if (id === "phone" && !PHONE.test(text)) return "phone";
  if (id === "account_no" && !/^\d+$/.test(text)) return "digits";
  return null;
}
