import { describe, expect, it } from "vitest";
import { PAGES, ROLES, pagesFor } from "./pages";

describe("the rail", () => {
  it("shows every page where access control is off", () => {
    expect(pagesFor(null)).toEqual([...PAGES]);
  });

  it.each(ROLES)("has a first page for the role %s", (role) => {
    expect(pagesFor([role]).length).toBeGreaterThan(0);
  });

  it("shows what any of a person's roles works on, each page once", () => {
    expect(pagesFor(["agent", "qa"])).toEqual(["desk", "tickets", "qa", "training"]);
  });

  it("keeps administration to administrators", () => {
    for (const role of ROLES) expect(pagesFor([role]).includes("admin")).toBe(role === "admin");
  });

  it("offers nothing to a role that it does not know", () => {
    expect(pagesFor(["visitor"])).toEqual([]);
  });
});
