import { expect, test } from "vitest";
import { isSecret, secret } from "../../../../toolchain/providers/protocol/values.ts";
import { randomProvider } from "../../../../toolchain/providers/random/provider.ts";

const provider = randomProvider("4.21.2");
const password = { urn: "u", name: "db", type: "random:index/randomPassword:RandomPassword" };
const operation = { inputs: { length: 24 }, preview: false, timeoutSeconds: 0 };

test("a password is secret, and its id gives nothing away", async () => {
  const { id, outputs } = await provider.create(password, operation);
  expect(id).toBe("none");
  expect(isSecret(outputs["result"])).toBe(true);
});

test("a preview draws nothing", async () => {
  expect(await provider.create(password, { ...operation, preview: true })).toEqual({ id: "", outputs: { length: 24 } });
});

test("a changed keeper means a new value; a value that only became secret does not", async () => {
  const diff = (olds: object, news: object) => provider.diff(password, { ...olds }, {}, { ...news }, []);
  expect(await diff({ keepers: { version: "1" } }, { keepers: { version: "2" } })).toEqual({
    changes: { keepers: "update-replace" },
  });
  expect(await diff({ length: 24 }, { length: secret(24) })).toEqual({ changes: {} });
});

test("a type that the stand-in does not have is refused, naming those it has", async () => {
  const pet = { urn: "u", name: "p", type: "random:index/randomPet:RandomPet" };
  await expect((async () => provider.create(pet, operation))()).rejects.toThrow(
    /does not know .*RandomPet; it knows Random/,
  );
});
