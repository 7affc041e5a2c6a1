import { expect, it } from "vitest";
import { formatIssues } from "../../model/issue.ts";

const issue = { path: "fleet:b", problem: "unknown key", allowed: "a known one", fix: "remove it" };

it("shows one issue with everything that is known of it", () => {
  expect(formatIssues([{ ...issue, value: { replicas: 0 } }])).toBe(`1 problem found; nothing was changed.

✗ fleet:b: unknown key
  value:   {"replicas":0}
  allowed: a known one
  fix:     remove it`);
});

it("shows no value where none was given, and shows zero and false where they were", () => {
  expect(formatIssues([issue])).not.toContain("value:");
  expect(formatIssues([{ ...issue, value: 0 }])).toContain("value:   0");
  expect(formatIssues([{ ...issue, value: false }])).toContain("value:   false");
});

it("counts several issues and orders them by path", () => {
  const text = formatIssues([issue, { ...issue, path: "fleet:a" }]);
  expect(text).toContain("2 problems found");
  expect(text.indexOf("✗ fleet:a")).toBeLessThan(text.indexOf("✗ fleet:b"));
});
