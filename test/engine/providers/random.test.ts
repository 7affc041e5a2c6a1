import * as random from "@pulumi/random";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inlineStack, type InlineStack } from "./inline-stack.ts";

let inline: InlineStack;
let version = "1";

beforeAll(async () => {
  inline = await inlineStack(() => {
    const password = new random.RandomPassword("password", { length: 24, special: false, keepers: { version } });
    const id = new random.RandomId("id", { byteLength: 4 });
    return Promise.resolve({ password: password.result, hex: id.hex });
  });
});

afterAll(() => inline.remove());

const values = (outputs: Record<string, { value: unknown }>) =>
  Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));

test("values are drawn once, stay until a keeper changes, and are secret in state and output", async () => {
  let printed = "";
  const first = await inline.stack.up({ onOutput: (text) => (printed += text) });
  const password = values(first.outputs)["password"] ?? "";
  expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
  expect(values(first.outputs)["hex"]).toMatch(/^[0-9a-f]{8}$/);
  expect(first.outputs["password"]?.secret).toBe(true);
  expect(printed).toContain("random: stand-in for the official plugin");
  expect(printed).not.toContain(password);
  expect(await inline.state()).not.toContain(password);

  const second = await inline.stack.up();
  expect(second.summary.resourceChanges).toEqual({ same: 3 });
  expect(values(second.outputs)).toEqual(values(first.outputs));

  version = "2";
  const third = await inline.stack.up();
  expect(values(third.outputs)["password"]).not.toBe(password);
  expect(values(third.outputs)["hex"]).toBe(values(first.outputs)["hex"]);
});
