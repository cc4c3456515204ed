/** The pages of the product, what a person must be allowed for each, and in which order the rail lists them. Pure. */

export const PAGES = ["desk", "floor", "tickets", "qa", "training", "admin"] as const;
export type PageName = (typeof PAGES)[number];

/** How far each action goes for a person, as `GET /v1/session` tells it. */
export type May = Readonly<Record<string, string>>;

/** The server decides what a person may see; this only keeps the rail free of doors that would be shut. */
const OPENED_BY: Record<PageName, readonly string[]> = {
  desk: ["desk.watch", "call.feed"],
  floor: ["floor.watch"],
  tickets: ["ticket.read"],
  qa: ["flag.read"],
  training: ["training.read", "training.practise", "pack.read"],
  admin: ["user.read"],
};

/** All pages where nothing is told: access control is off, or a program's token opened the page. */
export function pagesFor(may: May | null): PageName[] {
  if (may === null) return [...PAGES];
  const isOpen = (action: string): boolean => (may[action] ?? "none") !== "none";
  return PAGES.filter((page) => OPENED_BY[page].some(isOpen));
}
