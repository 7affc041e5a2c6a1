import { expect, test } from "vitest";
import { isSuitable } from "../../../toolchain/engine/suitable.ts";

test("a CLI within the SDK's range is suitable, with or without the leading v", () => {
  expect(isSuitable("v3.256.0\n", "^3.256.0")).toBe(true);
  expect(isSuitable("3.300.1", "^3.256.0")).toBe(true);
});

test("an older CLI, or one of another major version, is not", () => {
  expect(isSuitable("v3.255.9", "^3.256.0")).toBe(false);
  expect(isSuitable("v4.0.0", "^3.256.0")).toBe(false);
});

test("a development build counts as its release", () => {
  expect(isSuitable("v3.260.0-dev.12+abc", "^3.256.0")).toBe(true);
});

test("what is no version is not suitable", () => {
  expect(isSuitable("command not found", "^3.256.0")).toBe(false);
});
