/** The ids of nlu/taxonomy.yaml that the desk lays out itself; a test compares them with that file. Labels are in i18n. */

export const PRIORITIES = [1, 2, 3, 4] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Limit for the first response, in minutes. */
export const RESPOND_MIN: Record<Priority, number> = { 1: 15, 2: 30, 3: 60, 4: 90 };

export const CLASSES = ["报修", "咨询", "投诉", "建议", "查询"] as const;
export type TicketClass = (typeof CLASSES)[number];

export const INTENT_CLASS = {
  "heating.no_heat": "报修",
  "heating.slow_warmup": "咨询",
  "heating.leak": "报修",
  "heating.equipment_fault": "报修",
  "heating.billing": "咨询",
  "heating.suspend_resume": "咨询",
  "heating.measure_temp": "报修",
  "gas.leak": "报修",
  "gas.no_gas": "报修",
  "gas.equipment_fault": "报修",
  "gas.billing": "咨询",
  "gas.safety_inspection": "咨询",
  "gas.account": "咨询",
  "power.outage": "报修",
  "power.planned_outage": "查询",
  "power.voltage": "报修",
  "power.hazard": "报修",
  "power.meter": "报修",
  "power.billing": "查询",
  "power.service": "咨询",
  "power.appliance_damage": "投诉",
  "power.reconnect": "咨询",
  "common.complaint": "投诉",
  "common.suggestion": "建议",
  "common.progress": "查询",
  "common.other": "咨询",
} as const satisfies Record<string, TicketClass>;

export type IntentId = keyof typeof INTENT_CLASS;
export const INTENTS = Object.keys(INTENT_CLASS) as IntentId[];

export const CHECKS = [
  "greeting",
  "surname_address",
  "hold_courtesy",
  "empathy",
  "read_back",
  "required_info",
  "further_help",
  "closing",
  "no_interrupt",
  "speech_rate",
  "dead_air",
  "eta_given",
] as const;
export type CheckId = (typeof CHECKS)[number];

export const RULES = [
  "dont_know",
  "cannot",
  "find_leader",
  "not_my_job",
  "no_way",
  "impatient",
  "rude",
  "evasive",
] as const;

export interface FieldSpec {
  readonly required?: true;
  /** Required only in tickets of this class. */
  readonly requiredFor?: TicketClass;
  readonly values?: readonly string[];
  readonly long?: true;
  /** Takes the form's whole width. */
  readonly wide?: true;
}

export const FIELDS = {
  caller_name: { required: true },
  caller_title: { values: ["先生", "女士"] },
  phone: { required: true },
  account_no: {},
  customer_type: { values: ["居民", "企业"] },
  special_care: {},
  address: { requiredFor: "报修", wide: true },
  place_kind: { values: ["室内", "公共区域"] },
  fault_spot: {},
  intent: { required: true, values: INTENTS, wide: true },
  class: { required: true, values: CLASSES },
  priority: { required: true, values: ["1", "2", "3", "4"] },
  occurred_at: { requiredFor: "报修" },
  preferred_time: {},
  symptom: { wide: true },
  impact: {},
  complaint_no: { requiredFor: "投诉" },
  verbatim: { required: true, long: true, wide: true },
  description: { required: true, long: true, wide: true },
} as const satisfies Record<string, FieldSpec>;

export type FieldId = keyof typeof FIELDS;
export const FIELD_IDS = Object.keys(FIELDS) as FieldId[];

export const GROUPS = {
  caller: ["caller_name", "caller_title", "phone", "account_no", "customer_type", "special_care"],
  place: ["address", "place_kind", "fault_spot"],
  matter: [
    "intent",
    "class",
    "priority",
    "occurred_at",
    "preferred_time",
    "symptom",
    "impact",
    "complaint_no",
  ],
  record: ["verbatim", "description"],
} as const satisfies Record<string, readonly FieldId[]>;

export type GroupId = keyof typeof GROUPS;
export const GROUP_IDS = Object.keys(GROUPS) as GroupId[];

export const DOMAINS = ["heating", "gas", "power"] as const;

/** What may be chosen in a call of this domain; all of them when the domain is none that is known. */
export function intentsFor(domain: string): readonly IntentId[] {
  const own = INTENTS.filter((id) => id.startsWith(`${domain}.`));
  return own.length ? [...own, ...INTENTS.filter((id) => id.startsWith("common."))] : INTENTS;
}

export function isPriority(value: number): value is Priority {
  return value === 1 || value === 2 || value === 3 || value === 4;
}
