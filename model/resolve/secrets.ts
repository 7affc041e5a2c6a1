import type { SecretSource } from "../declaration/secret.ts";
import { type PlatformContext, platformPath } from "./context.ts";
import type { ResolvedSecret } from "./resolved.ts";

/** Finds where the stack takes a secret from, and reports one that it should hold but does not. */
export function resolveSecret(context: PlatformContext, name: string, declared: SecretSource): ResolvedSecret {
  const key = `${context.platform.name}.${name}`;
  const source = context.settings.secrets?.[name] ?? declared;
  if (source.from === "config" && !context.configured.has(key)) {
    context.report({
      path: `fleet:secrets.${key}`,
      problem: "missing secret",
      allowed: `a value in the stack's encrypted configuration, or { from: random, length } at ${platformPath(context, "secrets", name)}`,
      fix: `pulumi config set --secret --path 'fleet:secrets.${key}'`,
    });
  }
  return { key, source };
}
