import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { Secrets, type ConfiguredSecrets } from "../../components/secrets.ts";
import { register } from "./recording-engine.ts";

it("every value is marked secret, whichever way it comes about, even from configuration that is not", async () => {
  const sources = [
    { key: "shop.API_KEY", source: { from: "config" } },
    { key: "shop.JWT_SECRET", source: { from: "random", length: 20 } },
  ] as const;
  const { result } = await register(async () => {
    const secrets = new Secrets(
      "secrets",
      sources,
      pulumi.output<ConfiguredSecrets>({ shop: { API_KEY: "configured" } }),
    );
    const outputs = { ...secrets.values, hashKey: secrets.hashKey };
    const marks = await Promise.all(Object.values(outputs).map((output) => pulumi.isSecret(output)));
    const values = await new Promise((resolve) => {
      pulumi.unsecret(pulumi.all(outputs)).apply(resolve);
    });
    return { marks, values };
  });
  expect(result.values).toEqual({
    "shop.API_KEY": "configured",
    "shop.JWT_SECRET": "generated-for-shop-jwt-secret",
    hashKey: "generated-for-hash-key",
  });
  expect(result.marks).toEqual([true, true, true]);
});
