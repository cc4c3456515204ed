import { describe, expect, it } from "vitest";
import { troubleOfMicrophone } from "./useMicrophone";

describe("why the microphone gave no sound", () => {
  it.each([
    ["NotAllowedError", "refused"],
    ["NotFoundError", "no_device"],
    ["NotReadableError", "busy"],
    ["AbortError", "no_device"],
  ])("%s is told as %s", (name, trouble) => {
    expect(troubleOfMicrophone({ name })).toBe(trouble);
  });

  it("is told even when the fault is none of the browser's", () => {
    expect(troubleOfMicrophone(null)).toBe("no_device");
  });
});
