/** The two languages of the screens. Labels of taxonomy ids are looked up here and nowhere else. */
import { createI18n, useI18n } from "vue-i18n";
import { en } from "./en";
import { zh, type Messages } from "./zh";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export function createTexts(language: Language = "zh-CN") {
  return createI18n<[Messages], Language, false>({
    legacy: false,
    locale: language,
    fallbackLocale: "zh-CN",
    messages: { "zh-CN": zh, en },
  });
}

/** `t` for fixed keys; `label` for ids that come from the server, shown as they are when no label is known. */
export function useTexts() {
  const { t, te, locale } = useI18n({ useScope: "global" });
  const label = (group: string, id: string, otherwise: string = id): string => {
    const key = `${group}.${id}`;
    return te(key) || te(key, "zh-CN") ? t(key) : otherwise;
  };
  return { t, label, locale };
}
