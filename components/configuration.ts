import * as pulumi from "@pulumi/pulumi";
import type { RawSettings } from "../model/settings/parse.ts";
import { isPlainObject } from "../model/overlay.ts";
import type { ConfiguredSecrets } from "./secrets.ts";

/** The stack's configuration, parted into what may be read and what stays secret. */
export interface StackConfiguration {
  readonly raw: RawSettings;
  readonly secrets: pulumi.Output<ConfiguredSecrets>;
}

const SECRETS = "secrets";

/** Reads `Pulumi.<stack>.yaml` as the engine hands it over. Of secrets, only the names leave this function in the clear. */
export function readConfiguration(): StackConfiguration {
  const project = pulumi.getProject();
  const config = new pulumi.Config(project);
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(pulumi.runtime.allConfig())) {
    const name = key.startsWith(`${project}:`) ? key.slice(project.length + 1) : undefined;
    if (name !== undefined && name !== SECRETS) values[name] = parsed(config.require(name));
  }
  // Not by getObject: where the text is no JSON, its error would quote the secret.
  const secrets = understood(parsed(config.get(SECRETS) ?? "{}"));
  return {
    raw: { values, secrets: secretKeys(secrets) },
    secrets: pulumi.secret(secrets),
  };
}

// What is not text under SECTION.NAME is left out: resolution reports it as missing, and how to set it.
function understood(secrets: unknown): ConfiguredSecrets {
  if (!isPlainObject(secrets)) return {};
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([section, named]) => {
      if (!isPlainObject(named)) return [];
      const texts = Object.entries(named).filter((entry): entry is [string, string] => typeof entry[1] === "string");
      return [[section, Object.fromEntries(texts)]];
    }),
  );
}

/** The keys `SECTION.NAME` of all secrets that have a value. */
export function secretKeys(secrets: Readonly<Record<string, Readonly<Record<string, unknown>>>>): readonly string[] {
  return Object.entries(secrets).flatMap(([section, named]) =>
    Object.entries(named).flatMap(([name, value]) => (value === "" ? [] : [`${section}.${name}`])),
  );
}

// The engine hands over objects as JSON and everything else as text.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
