import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  CHECKS,
  CLASSES,
  FIELDS,
  FIELD_IDS,
  GROUPS,
  INTENT_CLASS,
  RESPOND_MIN,
  RULES,
  type FieldSpec,
} from "@/call/taxonomy";
import { createTexts } from ".";
import { en } from "./en";
import { zh } from "./zh";

function keysOf(messages: object, path = ""): string[] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? keysOf(value, `${path}${key}.`) : [`${path}${key}`],
  );
}

const valueAt = (messages: object, key: string): unknown =>
  key.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], messages);

interface Taxonomy {
  priorities: Record<number, { name: string; respond_min: number }>;
  classes: string[];
  intents: Record<string, { class: string }>;
  ticket_fields: Record<string, { required?: boolean; required_for?: string; values?: string[] }>;
  banned_rules: Record<string, unknown>;
  conduct_checks: Record<string, string>;
}

const taxonomy = parse(readFileSync("../nlu/taxonomy.yaml", "utf8")) as Taxonomy;
const sorted = (ids: readonly string[]): string[] => [...ids].sort();

describe("the two languages", () => {
  it("have the same keys", () => {
    expect(sorted(keysOf(en))).toEqual(sorted(keysOf(zh)));
  });

  it("leave no text empty, and take the same parameters", () => {
    const parameters = (text: unknown): string[] =>
      [...String(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
    for (const key of keysOf(zh)) {
      const [chinese, english] = [valueAt(zh, key), valueAt(en, key)];
      expect(chinese, key).toBeTruthy();
      expect(english, key).toBeTruthy();
      expect(sorted(parameters(english)), key).toEqual(sorted(parameters(chinese)));
    }
  });

  it.each(["zh-CN", "en"] as const)("compile without complaint in %s", (language) => {
    const { t } = createTexts(language).global;

    for (const key of keysOf(zh)) expect(t(key), key).not.toBe(key);
  });
});

describe("the taxonomy", () => {
  it("is laid out here as it stands in nlu/taxonomy.yaml", () => {
    expect(sorted(CLASSES)).toEqual(sorted(taxonomy.classes));
    expect(sorted(CHECKS)).toEqual(sorted(Object.keys(taxonomy.conduct_checks)));
    expect(sorted(RULES)).toEqual(sorted(Object.keys(taxonomy.banned_rules)));
    expect(sorted(FIELD_IDS)).toEqual(sorted(Object.keys(taxonomy.ticket_fields)));
    expect(INTENT_CLASS).toEqual(
      Object.fromEntries(Object.entries(taxonomy.intents).map(([id, intent]) => [id, intent.class])),
    );
    expect(RESPOND_MIN).toEqual(
      Object.fromEntries(Object.entries(taxonomy.priorities).map(([level, one]) => [level, one.respond_min])),
    );
  });

  it("has its required fields and choices here too", () => {
    for (const [id, field] of Object.entries(taxonomy.ticket_fields)) {
      const spec: FieldSpec | undefined = FIELDS[id as keyof typeof FIELDS];
      expect(spec?.required ?? false, id).toBe(field.required ?? false);
      expect(spec?.requiredFor, id).toBe(field.required_for);
      if (field.values) expect(spec?.values, id).toEqual(field.values);
    }
  });

  it("puts each field into one group of the form", () => {
    expect(sorted(Object.values(GROUPS).flat())).toEqual(sorted(FIELD_IDS));
  });

  it.each([
    ["intent.name", Object.keys(taxonomy.intents)],
    ["ticket.field", Object.keys(taxonomy.ticket_fields)],
    [
      "ticket.value",
      [...taxonomy.classes, ...Object.values(taxonomy.ticket_fields).flatMap((one) => one.values ?? [])],
    ],
    ["check.name", Object.keys(taxonomy.conduct_checks)],
    ["check.hint", Object.keys(taxonomy.conduct_checks)],
    ["flag.group", Object.keys(taxonomy.banned_rules)],
    ["priority", Object.keys(taxonomy.priorities).map((level) => `p${level}`)],
  ])("has a label in both languages for each of %s", (group, ids) => {
    for (const id of ids) {
      expect(valueAt(zh, `${group}.${id}`), id).toBeTypeOf("string");
      expect(valueAt(en, `${group}.${id}`), id).toBeTypeOf("string");
    }
  });
});
