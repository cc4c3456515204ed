import { describe, expect, it } from "vitest";
import { PAGES, pagesFor } from "./pages";

describe("the rail", () => {
  it("shows every page where access control is off", () => {
    expect(pagesFor(null)).toEqual([...PAGES]);
  });

  it("shows the pages that some action opens, however far it goes, in the order of the rail", () => {
    const may = { "flag.read": "own", "desk.watch": "own", "ticket.read": "any", "user.read": "none" };

    expect(pagesFor(may)).toEqual(["desk", "tickets", "qa"]);
  });

  it("keeps administration to those who may read users", () => {
    expect(pagesFor({ "user.read": "any" })).toEqual(["admin"]);
  });

  it("shows nothing to somebody who may do nothing", () => {
    expect(pagesFor({})).toEqual([]);
  });
});
