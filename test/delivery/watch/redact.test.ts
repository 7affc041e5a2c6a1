import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactAll, redactor } from "../../../delivery/watch/redact.ts";

describe("the redactor", () => {
  const redact = redactor(["s3cr3t/p@ss"]);

  it.each([
    ["raw", "password=s3cr3t/p@ss rejected", "password=[secret] rejected"],
    ["in a connection string", "postgres://crm:s3cr3t%2Fp%40ss@db", "postgres://crm:[secret]@db"],
    ["as Base64", `data: ${btoa("s3cr3t/p@ss")}`, "data: [secret]"],
    ["twice in one line", "s3cr3t/p@ss s3cr3t/p@ss", "[secret] [secret]"],
  ])("masks a value %s", (_how, text, masked) => {
    expect(redact(text)).toBe(masked);
  });

  it("masks the value inside other Base64, such as a Basic authorization header", () => {
    for (const user of ["u", "us", "usr"]) {
      expect(redact(`Basic ${btoa(`${user}:s3cr3t/p@ss`)}`)).toContain("[secret]");
    }
  });

  it("masks each line of a key in several lines", () => {
    const key = redactor(["-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----"]);
    expect(key("got MIIEvQIBADANBg")).toBe("got [secret]");
  });

  it("masks a short value as a whole word only, and an empty one never", () => {
    expect(redactor(["a", ""])("a banana, a")).toBe("[secret] banana, [secret]");
  });

  it("leaves text alone when there are no secrets", () => {
    expect(redactor([])("all fine")).toBe("all fine");
  });

  it("never lets a value through, whatever it is and wherever it stands", () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 40 })
      .filter((text) => text.trim() !== "" && !"[secret]".includes(text));
    fc.assert(
      fc.property(secret, (value) => {
        const text = `<${value}> ${encodeURIComponent(value)} ${Buffer.from(value).toString("base64")}`;
        expect(redactor([value])(text)).not.toContain(value);
      }),
    );
  });

  it("reaches every string of a dossier, and only strings", () => {
    expect(redactAll({ lines: ["s3cr3t/p@ss"], count: 2, more: { a: "s3cr3t/p@ss!" } }, redact)).toEqual({
      lines: ["[secret]"],
      count: 2,
      more: { a: "[secret]!" },
    });
  });
});
