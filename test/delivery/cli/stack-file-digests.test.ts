import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { withDigests } from "../../../delivery/cli/stack-file-digests.ts";
import { stackFile } from "../../model/stack-fixtures.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const digests = { redis: digest("b"), "bizosaas/crm": digest("a") };

const contentOf = (text: string) => parse(text) as { config: { "fleet:images": Record<string, unknown> } };

/** The lines that one text has and the other lacks. */
const added = (before: string, after: string) => after.split("\n").filter((line) => !before.split("\n").includes(line));

describe.each(["dev", "staging", "prod"] as const)("digests written into the file of %s", (stack) => {
  const before = stackFile(stack);

  it("are added as lines of their own, in order, with all else to the letter", () => {
    const after = withDigests(before, digests);
    expect(added(before, after)).toEqual([
      "    digests:",
      `      bizosaas/crm: ${digest("a")}`,
      `      redis: ${digest("b")}`,
    ]);
    expect(added(after, before)).toEqual([]);
    expect(contentOf(after).config["fleet:images"]).toEqual({ ...contentOf(before).config["fleet:images"], digests });
  });

  it("take the place of those that stood there", () => {
    const once = withDigests(before, digests);
    const twice = withDigests(once, { redis: digest("c") });
    expect(twice).toBe(withDigests(before, { redis: digest("c") }));
    expect(withDigests(once, digests)).toBe(once);
  });
});

describe("digests written into a file of another shape", () => {
  it("keep what stands after them", () => {
    const text = `config:\n  fleet:images:\n    digests: { redis: ${digest("a")} } # old\n    registry: r.test # ours\n  fleet:platforms: {}\n`;
    expect(withDigests(text, { redis: digest("b") })).toBe(
      `config:\n  fleet:images:\n    digests:\n      redis: ${digest("b")}\n    registry: r.test # ours\n  fleet:platforms: {}\n`,
    );
  });

  it("end a file that had no newline at its end", () => {
    const text = "config:\n  fleet:platforms: {}\n  fleet:images:\n    registry: r.test";
    expect(withDigests(text, { redis: digest("b") })).toBe(`${text}\n    digests:\n      redis: ${digest("b")}\n`);
  });

  it("are understood all the same where the section is written in braces", () => {
    const text = "config:\n  fleet:images: { registry: r.test } # in braces\n  fleet:platforms: {}\n";
    const after = withDigests(text, { redis: digest("b") });
    expect(contentOf(after).config["fleet:images"]).toEqual({ registry: "r.test", digests: { redis: digest("b") } });
    expect(after).toContain("# in braces");
  });
});
