import type { SecretSource } from "../declaration/secret.ts";
import type { SecretSettings } from "../settings/schema.ts";
import { type PlatformContext, platformPath } from "./context.ts";
import type { ResolvedSecret } from "./resolved.ts";

const DEFAULT_REFRESH = "1h";

/** Finds where the stack takes a secret from, and reports one that it should hold but does not. */
export function resolveSecret(context: PlatformContext, name: string, declared: SecretSource): ResolvedSecret {
  const key = `${context.platform.name}.${name}`;
  const source = secretSettings(context, name, declared);
  if (source.from === "externalStore") return { key, source: storeSource(context, name, source) };
  if (source.from !== "config") return generated(context, name, source);
  if (!context.configured.has(key)) reportMissing(context, name, key);
  return { key, source };
}

/** What the stack says of a secret, or what follows from its declaration: what the world outside gives us is in the store. */
export function secretSettings(context: PlatformContext, name: string, declared: SecretSource): SecretSettings {
  const unsaid = declared.from === "config" && context.secretStore ? { from: "externalStore" as const } : declared;
  return context.settings.secrets?.[name] ?? unsaid;
}

function reportMissing(context: PlatformContext, name: string, key: string): void {
  context.report({
    path: `fleet:secrets.${key}`,
    problem: "missing secret",
    allowed: `a value in the stack's encrypted configuration, or { from: random, length } at ${platformPath(context, "secrets", name)}`,
    fix: `pulumi config set --secret --path 'fleet:secrets.${key}'`,
  });
}

function generated(
  context: PlatformContext,
  name: string,
  { length, generation = 1, keepPrevious = false }: Extract<SecretSettings, { from: "random" }>,
): ResolvedSecret {
  const value = (number: number): ResolvedSecret => ({
    key: `${context.platform.name}.${name}${number === 1 ? "" : `.generation-${number}`}`,
    source: { from: "random", length, ...(number === 1 ? {} : { generation: number }) },
  });
  if (!keepPrevious) return value(generation);
  if (generation === 1) {
    context.report({
      path: platformPath(context, "secrets", name, "keepPrevious"),
      problem: "there is no value before the first",
      value: true,
      allowed: "true from generation 2 on",
      fix: "leave rotations to fleet secrets rotate, or raise the generation",
    });
    return value(generation);
  }
  return { ...value(generation), previous: value(generation - 1) };
}

function storeSource(
  context: PlatformContext,
  name: string,
  { key, property, version }: Extract<SecretSettings, { from: "externalStore" }>,
): Extract<ResolvedSecret["source"], { from: "externalStore" }> {
  const { secretStore, platform } = context;
  if (!secretStore) {
    context.report({
      path: platformPath(context, "secrets", name, "from"),
      problem: "the stack names no store",
      value: "externalStore",
      allowed: "externalStore in a stack with fleet:secretStore",
      fix: "add fleet:secretStore: { kind: ClusterSecretStore, name: … } to the stack file",
    });
  }
  const { kind = "ClusterSecretStore", name: store = "", keyPrefix, refreshInterval } = secretStore ?? {};
  const part = property ?? (key === undefined ? name : undefined);
  return {
    from: "externalStore",
    store: { kind, name: store, refreshInterval: refreshInterval ?? DEFAULT_REFRESH },
    remote: {
      key: key ?? [...(keyPrefix === undefined ? [] : [keyPrefix]), platform.name].join("/"),
      ...(part === undefined ? {} : { property: part }),
      ...(version === undefined ? {} : { version }),
    },
  };
}
