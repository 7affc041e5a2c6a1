import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { fill, type EngineValues } from "../../components/engine-values.ts";
import { registerObject } from "../../components/kubernetes-object.ts";
import { imagePlaceholder, secretHashPlaceholder, secretPlaceholder } from "../../model/placeholder.ts";

const values: EngineValues = {
  images: { crm: pulumi.output("r.test/crm@sha256:0") },
  secrets: { "shop.A": pulumi.secret("one"), "shop.B": pulumi.secret("two") },
  hashKey: pulumi.secret("key"),
};

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    call: () => {
      throw new Error("Nothing should be called.");
    },
    newResource: () => {
      throw new Error("Nothing should be registered.");
    },
  });
});

/** What an output comes to, and whether it is secret. */
function settle(
  input: pulumi.Input<unknown>,
  given: EngineValues = values,
): Promise<{ value: unknown; secret: boolean }> {
  const output = pulumi.output(fill(input, given));
  return new Promise((resolve) => {
    pulumi.all([pulumi.unsecret(output), pulumi.isSecret(output)]).apply(([value, secret]) => {
      resolve({ value, secret });
    });
  });
}

describe("filling in what only the engine knows", () => {
  it("leaves plain data as it is, with no output in it", () => {
    const data = { a: [1, null, true, "text", ""], b: { c: undefined } };
    expect(fill(data, values)).toEqual(data);
  });

  it("puts an image's reference where its placeholder stood, in the clear", async () => {
    expect(await settle({ image: imagePlaceholder("crm") })).toEqual({
      value: { image: "r.test/crm@sha256:0" },
      secret: false,
    });
  });

  it("puts secrets into the text around them, and marks the whole secret", async () => {
    expect(await settle(`u:${secretPlaceholder("shop.A")}@h/${secretPlaceholder("shop.B")}`)).toEqual({
      value: "u:one@h/two",
      secret: true,
    });
  });

  it("puts in a hash that is not secret, differs by key and by each value, and holds none", async () => {
    const hash = secretHashPlaceholder(["shop.A", "shop.B"]);
    const first = await settle(hash);
    expect(first.secret).toBe(false);
    expect(first.value).toMatch(/^[0-9a-f]{16}$/);
    expect((await settle(hash, { ...values, hashKey: pulumi.secret("other") })).value).not.toBe(first.value);
    const changed = { ...values, secrets: { ...values.secrets, "shop.B": pulumi.secret("three") } };
    expect((await settle(hash, changed)).value).not.toBe(first.value);
  });

  it("does not take two secrets for one by where they are parted", async () => {
    const hash = secretHashPlaceholder(["shop.A", "shop.B"]);
    const parted = (a: string, b: string) =>
      settle(hash, { ...values, secrets: { "shop.A": pulumi.secret(a), "shop.B": pulumi.secret(b) } });
    expect((await parted("ab", "c")).value).not.toBe((await parted("a", "bc")).value);
  });

  it.each([
    ["image", imagePlaceholder("unknown")],
    ["secret", secretPlaceholder("unknown")],
    ["secret", secretHashPlaceholder(["unknown"])],
  ])("refuses an %s that the stack did not resolve", (kind, text) => {
    expect(() => fill(text, values)).toThrow(
      `The rendered objects name the ${kind} "unknown", which the stack did not resolve.`,
    );
  });
});

it("an object of a kind that nobody renders is refused", () => {
  expect(() => registerObject("x", { apiVersion: "v1", kind: "Pod" }, values, {})).toThrow(
    "No Pulumi resource is known for v1/Pod.",
  );
});
