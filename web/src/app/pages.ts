/** The pages of the product, who works on which, and in which order the rail lists them. Pure. */

export const ROLES = ["agent", "leader", "supervisor", "qa", "trainer", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const PAGES = ["desk", "floor", "tickets", "qa", "training", "admin"] as const;
export type PageName = (typeof PAGES)[number];

/** The server decides what a person may see; this only keeps the rail free of doors that would be shut. */
const WORKS_ON: Record<PageName, readonly Role[]> = {
  desk: ["agent", "leader", "trainer", "admin"],
  floor: ["leader", "supervisor", "admin"],
  tickets: ["agent", "leader", "supervisor", "admin"],
  qa: ["agent", "leader", "supervisor", "qa", "trainer", "admin"],
  training: ["agent", "leader", "qa", "trainer", "admin"],
  admin: ["admin"],
};

/** All pages where there are no roles: access control is off, or the server does not tell. */
export function pagesFor(roles: readonly string[] | null): PageName[] {
  if (roles === null) return [...PAGES];
  return PAGES.filter((page) => WORKS_ON[page].some((role) => roles.includes(role)));
}
