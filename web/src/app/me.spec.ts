import { describe, expect, it } from "vitest";
import { readPerson } from "./me";

describe("readPerson", () => {
  it("takes what the server tells of a session", () => {
    const told = {
      login: "zhang.min",
      name: "张敏",
      agent_id: "a01",
      must_change_password: true,
      csrf_token: "c",
      auth: true,
      may: { "desk.watch": "own" },
      roles: ["agent"],
    };

    const { person, csrf } = readPerson(told);

    expect(person).toMatchObject({ name: "张敏", agentId: "a01", mustChangePassword: true, isLogin: true });
    expect(person.may["desk.watch"]).toBe("own");
    expect(csrf).toBe("c");
  });

  it("lets nothing through that is of another shape", () => {
    expect(readPerson(null).person).toMatchObject({ name: "", may: {}, isLogin: false });
    expect(readPerson({ may: "all", csrf_token: 3 })).toMatchObject({ person: { may: {} }, csrf: null });
  });
});
