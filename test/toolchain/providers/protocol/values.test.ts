import { expect, test } from "vitest";
import {
  hasSecret,
  hasUnknown,
  masked,
  revealed,
  secret,
  secretStrings,
  UNKNOWN,
  withSecretsOf,
} from "../../../../toolchain/providers/protocol/values.ts";

test("a secret is found, and revealed, however deep it lies", () => {
  const value = { env: [{ name: "A", value: secret("hunter2") }] };
  expect(hasSecret(value)).toBe(true);
  expect(revealed(value)).toEqual({ env: [{ name: "A", value: "hunter2" }] });
  expect(hasSecret(revealed(value))).toBe(false);
});

test("an unknown inside a secret is still unknown", () => {
  expect(hasUnknown({ a: [secret({ b: UNKNOWN })] })).toBe(true);
  expect(hasUnknown({ a: ["known"] })).toBe(false);
});

test("outputs are secret where the inputs are", () => {
  const outputs = { data: { open: "1", hidden: "2" }, status: "ok" };
  expect(withSecretsOf(outputs, { data: { open: "1", hidden: secret("2") } })).toEqual({
    data: { open: "1", hidden: secret("2") },
    status: "ok",
  });
});

test("an array with one secret element is secret as a whole, since its order may change", () => {
  expect(withSecretsOf({ list: ["a", "b"] }, { list: ["a", secret("b")] })).toEqual({ list: secret(["a", "b"]) });
});

test("messages hide every secret string, the longest first", () => {
  const secrets = secretStrings({ a: secret("hunter2"), b: secret({ c: "hunter2-extended" }), d: "open" });
  expect(masked("got hunter2-extended and hunter2, open", secrets)).toBe("got [secret] and [secret], open");
});
