import type { Issue, Result } from "../../model/issue.ts";
import { generationOf } from "../../model/resolve/login.ts";
import type { ResolvedPlatform, ResolvedSecret, ResolvedService, ResolvedStack } from "../../model/resolve/resolved.ts";
import { secretsOf } from "../../model/resolve/secrets-of.ts";
import type { SecretSettings } from "../../model/settings/schema.ts";

/** A secret of a stack, where it comes from and who reads it. */
export interface FoundSecret {
  readonly platform: string;
  readonly name: string;
  /** Its value now; in the middle of a rotation with the one before. */
  readonly current: ResolvedSecret;
  /** The services whose pods read it. */
  readonly readers: readonly ResolvedService[];
}

type GeneratedSettings = Extract<SecretSettings, { readonly from: "random" }>;

/** Every secret of a stack by its name, `PLATFORM.NAME`. */
export function findSecrets(stack: ResolvedStack): readonly FoundSecret[] {
  return stack.platforms.flatMap((platform) => {
    const all = secretsOf({ platforms: [platform] });
    const former = new Set(all.flatMap(({ previous }) => (previous ? [previous.key] : [])));
    return all
      .filter(({ key }) => !former.has(key))
      .map((current) => {
        const [, name = ""] = current.key.split(".");
        return { platform: platform.name, name, current, readers: readersOf(platform, current.key) };
      });
  });
}

function readersOf({ services }: ResolvedPlatform, key: string): readonly ResolvedService[] {
  return services.filter((service) =>
    [
      ...Object.values(service.secrets),
      ...service.links.flatMap((link) => ("secrets" in link ? link.secrets : [])),
    ].some((secret) => secret.key === key),
  );
}

/** The secret that a person names, or what there is. */
export function findSecret(stack: ResolvedStack, name: string): Result<FoundSecret> {
  const secrets = findSecrets(stack);
  const found = secrets.find((secret) => `${secret.platform}.${secret.name}` === name);
  if (found) return { ok: true, value: found };
  const issue: Issue = {
    path: name,
    problem: `the stack ${stack.stack} has no such secret`,
    value: name,
    allowed: `one of ${secrets.map((secret) => `${secret.platform}.${secret.name}`).join(", ")}`,
    fix: "name it as fleet secrets list does",
  };
  return { ok: false, issues: [issue] };
}

/**
 * What a stack says of a generated secret while both values are valid: the next generation beside the one before. A
 * rotation that was interrupted there goes on with the same two.
 */
export function overlapping({ source, previous }: ResolvedSecret): GeneratedSettings | undefined {
  if (source.from !== "random") return undefined;
  const generation = generationOf({ key: "", source }) + (previous ? 0 : 1);
  return { from: "random", length: source.length, generation, keepPrevious: true };
}

/** What a stack says of it once the value before is no longer needed. */
export function settled({ from, length, generation }: GeneratedSettings): GeneratedSettings {
  return { from, length, ...(generation === undefined ? {} : { generation }) };
}
