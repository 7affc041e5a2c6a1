import { describe, expect, it } from "vitest";
import { redactedLines } from "../../../delivery/engine/redacted-lines.ts";
import { secretTexts, unwrapped } from "../../../delivery/engine/secret-values.ts";
import { redactor } from "../../../delivery/watch/redact.ts";

const signature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const secret = (value: unknown) => ({ ...signature, plaintext: JSON.stringify(value) });

describe("the secrets of a state", () => {
  it("are found wherever they stand, one by one where a whole object is secret", () => {
    const state = {
      resources: [
        { inputs: { length: 20 }, outputs: { result: secret("hunter2-hunter2") } },
        { inputs: { stringData: secret({ A: "first-value", B: ["second-value"] }), name: "not-a-secret" } },
      ],
    };
    const found = secretTexts(unwrapped(state));
    expect(found).toEqual(expect.arrayContaining(["hunter2-hunter2", "first-value", "second-value"]));
    expect(found).not.toContain("not-a-secret");
  });

  it("are none of the secrets that are still encrypted", () => {
    expect(secretTexts(unwrapped({ outputs: { ...signature, ciphertext: "v1:abc" } }))).toEqual([]);
  });
});

describe("output that is redacted by the line", () => {
  it("shows no secret that comes in two pieces, and loses nothing else", () => {
    let text = "";
    const lines = redactedLines(redactor(["hunter2-hunter2"]), (part) => (text += part));
    for (const piece of ["one\ntwo hunter2", "-hunter2 two\nthree", " hunter2-hun", "ter2"]) lines.write(piece);
    lines.end();
    expect(text).toBe("one\ntwo [secret] two\nthree [secret]");
  });
});
