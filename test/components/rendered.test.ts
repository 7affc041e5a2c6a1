import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { deploy } from "../../components/deployment.ts";
import { replacePlaceholders, type Placeholder } from "../../model/placeholder.ts";
import { declaredSecrets } from "../../model/resolve/declared-secrets.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { secretsOf } from "../../model/resolve/secrets-of.ts";
import { renderStack } from "../../model/render/stack.ts";
import { catalogue } from "../../services/catalogue.ts";
import { resolveOwn } from "../model/stack-fixtures.ts";
import { BUILT_DIGEST, JOINED_DIGEST, register } from "./recording-engine.ts";

const PASSWORD = (name: string) => `password-of-${name}`;
const HASH_KEY = PASSWORD("hash-key");

/** Every declared secret as a stack would configure it. */
const configured: Record<string, Record<string, string>> = {};
for (const key of declaredSecrets(catalogue)) {
  const [section = "", name = ""] = key.split(".");
  configured[section] = { ...configured[section], [name]: `configured-${key}` };
}

/** What the engine puts in a placeholder's place, worked out without it. */
function engineText(stack: ResolvedStack): (placeholder: Placeholder) => string {
  const sources = new Map(secretsOf(stack).map(({ key, source }) => [key, source]));
  const secret = (key: string) =>
    sources.get(key)?.from === "random"
      ? PASSWORD(key.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"))
      : `configured-${key}`;
  return ({ kind, key }) => {
    if (kind === "secret") return secret(key);
    if (kind === "secretHash") {
      const texts = JSON.stringify(key.split(",").map(secret));
      return createHmac("sha256", HASH_KEY).update(texts).digest("hex").slice(0, 16);
    }
    const image = stack.images[key];
    if (image?.kind !== "build") return image?.kind === "pinned" ? image.reference : "not pinned";
    return `${image.repository}@${image.buildx ? JOINED_DIGEST : BUILT_DIGEST}`;
  };
}

const gateways = {
  gatewayApi: { implementation: { kind: "gatewayApi", className: "traefik" }, controllerNamespace: "edge" },
  istio: { implementation: { kind: "istio" }, controllerNamespace: "edge" },
} as const;

/** BizOSaaS behind a gateway, with a canary of two of its services. */
const withCanary = (kind: keyof typeof gateways) =>
  resolveOwn("dev", (values) => {
    const { bizosaas } = values["platforms"] as { readonly bizosaas: object };
    const route = { domain: "bizosaas.localhost" };
    const canary = { services: { crm: { version: "2.0.0" }, identity: {} } };
    return { ...values, gateway: gateways[kind], platforms: { bizosaas: { ...bizosaas, route, canary } } };
  });

describe.each([
  ["dev", () => resolveOwn("dev")],
  ["staging", () => resolveOwn("staging")],
  ["prod", () => resolveOwn("prod")],
  ["dev with a canary by Gateway API", () => withCanary("gatewayApi")],
  ["dev with a canary by Istio", () => withCanary("istio")],
] as const)("the objects of %s", (_, resolved) => {
  it("are registered exactly as they are rendered, under the same names", async () => {
    const stack = resolved();
    const name = stack.stack;
    const { registrations } = await register(() => deploy(stack, pulumi.secret(configured), "/root"), {
      stack: name,
      password: PASSWORD,
    });
    const registered = registrations.filter(({ type }) => type.startsWith("kubernetes:"));
    const rendered = renderStack(stack);
    const byName = (a: readonly [string, unknown], b: readonly [string, unknown]) => (a[0] < b[0] ? -1 : 1);
    expect(rendered.length).toBeGreaterThan(40);
    expect(registered.map((one) => [one.name, one.inputs] as const).sort(byName)).toEqual(
      rendered
        .map(({ logicalName, object }) => {
          const filled: unknown = JSON.parse(JSON.stringify(replacePlaceholders(object, engineText(stack))));
          return [logicalName, filled] as const;
        })
        .sort(byName),
    );
  });
});
