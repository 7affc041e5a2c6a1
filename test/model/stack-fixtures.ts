import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readMigrations } from "../../migrations/read.ts";
import type { PlatformDeclaration } from "../../model/declaration/platform.ts";
import { definePlatform } from "../../model/declaration/platform.ts";
import type { Issue, Result } from "../../model/issue.ts";
import type { ResolvedPlatform, ResolvedService, ResolvedStack } from "../../model/resolve/resolved.ts";
import { secretNames } from "../../model/resolve/datastore.ts";
import { imageNames } from "../../model/resolve/image-issues.ts";
import { resolveStack } from "../../model/resolve/stack.ts";
import { catalogue } from "../../services/catalogue.ts";

const root = join(import.meta.dirname, "../..");

/** Where the fleet's own migrations stand. */
export const migrations = readMigrations(
  root,
  catalogue.map(({ name }) => name),
);

/** The text of one of the fleet's own stack files. */
export function stackFile(stack: "dev" | "staging" | "prod"): string {
  return readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
}

/** What `fleet images pin` writes for a stack that builds nothing: the images that a stack without sources runs. */
export const digests: Readonly<Record<string, string>> = Object.fromEntries(
  imageNames(catalogue)
    .filter((name) => !name.includes("/"))
    .map((name) => [name, `sha256:${createHash("sha256").update(name).digest("hex")}`]),
);

/** The values of one of the fleet's own stacks, with its images pinned where it builds none. */
export function ownValues(stack: "dev" | "staging" | "prod"): Record<string, unknown> {
  const values = stackValues(stackFile(stack));
  if (stack !== "prod") return values;
  return { ...values, images: { ...(values["images"] as Readonly<Record<string, unknown>>), digests } };
}

/** The values of a stack file as the program reads them: under `fleet:`, without the prefix. */
export function stackValues(yaml: string): Record<string, unknown> {
  const { config } = parse(yaml) as { readonly config: Readonly<Record<string, unknown>> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^fleet:/, ""), value]));
}

/** The values of one of the fleet's own stacks with no platform but BizOSaaS, the one that most tests are about. */
export function bizosaasValues(stack: "dev" | "staging" | "prod"): Record<string, unknown> {
  const values = ownValues(stack);
  const { bizosaas } = values["platforms"] as Readonly<Record<string, unknown>>;
  return { ...values, platforms: { bizosaas } };
}

/** Every secret that the catalogue may take from the configuration, as `PLATFORM.NAME`. */
export function catalogueSecrets(): readonly string[] {
  return catalogue.flatMap(({ name, services, datastores }) =>
    [...services.flatMap((service) => Object.keys(service.secrets ?? {})), ...datastores.flatMap(secretNames)].map(
      (secret) => `${name}.${secret}`,
    ),
  );
}

/** Resolves BizOSaaS in one of the fleet's own stacks, with all secrets that it takes from the configuration. */
export function resolveOwn(
  stack: "dev" | "staging" | "prod",
  change: (values: Record<string, unknown>) => Record<string, unknown> = (values) => values,
): ResolvedStack {
  const secrets = ["bizosaas.OPENAI_API_KEY"];
  return expectResolved(
    resolveStack({ stack, catalogue, raw: { values: change(bizosaasValues(stack)), secrets }, migrations }),
  );
}

/** Resolves one of the fleet's own stacks, every platform of it, with all secrets configured. */
export function resolveWhole(stack: "dev" | "staging" | "prod"): ResolvedStack {
  const values = ownValues(stack);
  return expectResolved(resolveStack({ stack, catalogue, raw: { values, secrets: catalogueSecrets() }, migrations }));
}

/** Settings of a stack whose platforms are written in YAML, with a registry that needs no thought. */
export function settingsOf(platforms: string): Record<string, unknown> {
  return { images: { registry: "registry.test/fleet" }, platforms: parse(platforms) as unknown };
}

/** Resolves a catalogue with the platform settings written in YAML. */
export function resolve(
  catalogue: readonly PlatformDeclaration[],
  platforms: string,
  secrets: readonly string[] = [],
): Result<ResolvedStack> {
  return resolveStack({ stack: "test", catalogue, raw: { values: settingsOf(platforms), secrets }, migrations: {} });
}

/** A platform called `shop` with nothing in it but what the test says. */
export function shop(parts: Partial<PlatformDeclaration>): PlatformDeclaration {
  return definePlatform({
    name: "shop",
    title: "Shop",
    seeds: [],
    objectPrefix: "shop",
    version: "1.2.3",
    defaults: {},
    services: [],
    datastores: [],
    ...parts,
  });
}

/** The stack, or a failure that shows why there is none. */
export function expectResolved(result: Result<ResolvedStack>): ResolvedStack {
  if (!result.ok) throw new Error(`It should have resolved:\n${JSON.stringify(result.issues, null, 2)}`);
  return result.value;
}

/** What was wrong, or a failure because nothing was. */
export function issuesOf(result: Result<unknown>): readonly Issue[] {
  if (result.ok) throw new Error("It should not have resolved.");
  return result.issues;
}

/** The only platform of a stack. */
export function onlyPlatform(stack: ResolvedStack): ResolvedPlatform {
  const [platform, ...others] = stack.platforms;
  if (!platform || others.length > 0) throw new Error("The stack should have one platform.");
  return platform;
}

/** A service of the stack's only platform. */
export function serviceOf(stack: ResolvedStack, name: string): ResolvedService {
  const service = onlyPlatform(stack).services.find((candidate) => candidate.name === name);
  if (!service) throw new Error(`The stack should have a service ${name}.`);
  return service;
}
