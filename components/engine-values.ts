import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { fragments, type Placeholder } from "../model/placeholder.ts";

/** What the engine knows and rendered objects ask for by placeholder. */
export interface EngineValues {
  /** References by digest, by image key. */
  readonly images: Readonly<Record<string, pulumi.Output<string>>>;
  /** Values marked secret, by secret key. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** Keys the hashes of secrets, so that a hash on a pod tells nothing about the value. Secret. */
  readonly hashKey: pulumi.Output<string>;
}

/** Puts the engine's values in place of all placeholders in plain data. What has none stays what it is. */
export function fill(data: unknown, values: EngineValues): pulumi.Input<unknown> {
  if (typeof data === "string") return fillText(data, values);
  if (Array.isArray(data)) return data.map((item) => fill(item, values));
  if (typeof data === "object" && data !== null) {
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fill(value, values)]));
  }
  return data;
}

function fillText(text: string, values: EngineValues): pulumi.Input<string> {
  const parts = fragments(text);
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  return pulumi.concat(...parts.map((part) => (typeof part === "string" ? part : engineValue(part, values))));
}

function engineValue(placeholder: Placeholder, values: EngineValues): pulumi.Output<string> {
  switch (placeholder.kind) {
    case "image":
      return known(values.images, placeholder);
    case "secret":
      return known(values.secrets, placeholder);
    case "secretHash":
      return secretHash(placeholder.key.split(","), values);
  }
}

function known(
  outputs: Readonly<Record<string, pulumi.Output<string>>>,
  { kind, key }: Placeholder,
): pulumi.Output<string> {
  const output = outputs[key];
  if (!output) throw new Error(`The rendered objects name the ${kind} "${key}", which the stack did not resolve.`);
  return output;
}

function secretHash(keys: readonly string[], values: EngineValues): pulumi.Output<string> {
  const parts = keys.map((key) => known(values.secrets, { kind: "secret", key }));
  const digest = pulumi.all([values.hashKey, ...parts]).apply(([hashKey, ...texts]) =>
    createHmac("sha256", hashKey ?? "")
      .update(JSON.stringify(texts))
      .digest("hex")
      .slice(0, 16),
  );
  // The key never leaves the state, so the hash can be shown: it says that a secret changed, not to what.
  return pulumi.unsecret(digest);
}
