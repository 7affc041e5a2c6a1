import { describe, expect, it } from "vitest";
import { leaksIn } from "./leaks.ts";

const VALUE = "S3cret+value/of?16";
const found = (text: string) => leaksIn(text, { KEY: VALUE }).map(({ encoding }) => encoding);

describe("the search for leaked secrets", () => {
  it("finds a value as it is and encoded, by itself and as a part of something", () => {
    expect(found(`password is ${VALUE}.`)).toContain("raw");
    for (const before of ["", "u", "ur", "url", "postgresql://app:"]) {
      const whole = Buffer.from(`${before}${VALUE}@host/db`);
      expect(found(whole.toString("base64")), before).toContain("base64");
      expect(found(whole.toString("base64url")), before).toContain("base64url");
      expect(found(whole.toString("hex").toUpperCase()), before).toContain("hexadecimal");
    }
    expect(found(`?q=${encodeURIComponent(VALUE)}`)).toContain("URI component");
    expect(found([...Buffer.from(VALUE)].map((byte) => `%${byte.toString(16).toUpperCase()}`).join(""))).toContain(
      "URL encoding",
    );
  });

  it("finds nothing in anything else, and names no value", () => {
    expect(found(Buffer.from("S3cret+value/of?17").toString("base64"))).toEqual([]);
    expect(JSON.stringify(leaksIn(VALUE, { KEY: VALUE }))).not.toContain(VALUE);
  });
});
