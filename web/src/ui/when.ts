/** Dates and amounts as call-centre staff read them: 24 hours, no seconds unless they matter. Pure. */

const DAY = { month: "2-digit", day: "2-digit" } as const;
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** `11/28 09:05`; nothing for what is no date. */
export function shortMoment(iso: string | null, language: string): string {
  const date = new Date(iso ?? "");
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(language, { ...DAY, ...TIME }).format(date);
}

/** `2026/11/28 09:05:12`. */
export function fullMoment(iso: string | null, language: string): string {
  const date = new Date(iso ?? "");
  if (Number.isNaN(date.getTime())) return "";
  const parts = { year: "numeric", ...DAY, ...TIME, second: "2-digit" } as const;
  return new Intl.DateTimeFormat(language, parts).format(date);
}
