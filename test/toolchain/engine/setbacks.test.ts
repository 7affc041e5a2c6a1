import { expect, test } from "vitest";
import { recentSetback, SETBACK_LIFETIME } from "../../../toolchain/engine/setbacks.ts";

const setbacks = { "cli 3.256.0": { at: 1_000_000, reason: "getaddrinfo ENOTFOUND get.pulumi.com" } };

test("what failed a moment ago is not tried again, and the reason is known", () => {
  expect(recentSetback(setbacks, "cli 3.256.0", 1_000_001)).toBe("getaddrinfo ENOTFOUND get.pulumi.com");
});

test("after a day, or for something else, it is tried", () => {
  expect(recentSetback(setbacks, "cli 3.256.0", 1_000_000 + SETBACK_LIFETIME)).toBeUndefined();
  expect(recentSetback(setbacks, "cli 3.257.0", 1_000_001)).toBeUndefined();
});

test("a setback from the future is a clock that was set back, and not believed", () => {
  expect(recentSetback(setbacks, "cli 3.256.0", 999_999)).toBeUndefined();
});
