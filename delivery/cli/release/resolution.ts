import { readMigrations } from "../../../migrations/read.ts";
import type { ResolvedPlatform, ResolvedStack } from "../../../model/resolve/resolved.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { catalogue } from "../../../services/catalogue.ts";
import { withCanary, withoutCanary } from "../../release/engine/sides.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError, invalidInput } from "../failure.ts";
import { loadStack, rawSettings, ROOT, type StackFile } from "../stack-file.ts";

/** A stack as a release sees it: with a canary of a platform at any weight, or without one. */
export interface StackSides {
  readonly file: StackFile;
  readonly stack: ResolvedStack;
  /** With a canary at this weight; without one where it is left out. */
  readonly resolve: (platform: string, canaryWeight?: number) => ResolvedStack;
}

/** Reads a stack for releases. What is wrong with it, or with its canaries, ends the command. */
export function stackSides(name: string): StackSides {
  const { file, resolved: stack } = loadStack(name);
  const raw = rawSettings(file);
  const migrations = readMigrations(
    ROOT,
    catalogue.map((platform) => platform.name),
  );
  const known = new Map<string, ResolvedStack>();
  const resolve = (platform: string, weight?: number): ResolvedStack => {
    const key = `${platform} ${weight ?? ""}`;
    const found = known.get(key);
    if (found) return found;
    const services =
      stack.platforms.find((one) => one.name === platform)?.services.map((service) => service.name) ?? [];
    const settings =
      weight === undefined ? withoutCanary(raw, platform) : withCanary(raw, platform, { services, weight });
    const resolution = resolveStack({ stack: name, catalogue, raw: settings, migrations });
    if (!resolution.ok) throw invalidInput(resolution.issues);
    known.set(key, resolution.value);
    return resolution.value;
  };
  return { file, stack, resolve };
}

/** The platform that is meant: the one named, or the only one of the stack. */
export function platformOf({ stack }: StackSides, named: string | undefined): ResolvedPlatform {
  const names = stack.platforms.map(({ name }) => name);
  const name = named ?? (names.length === 1 ? names[0] : undefined);
  const found = stack.platforms.find((platform) => platform.name === name);
  if (found) return found;
  throw invalidInput([
    {
      path: "--platform",
      problem: named === undefined ? "the stack has several platforms" : "the stack has no such platform",
      ...(named === undefined ? {} : { value: named }),
      allowed: `one of ${names.join(", ")}`,
      fix: "name one; a release is of one platform",
    },
  ]);
}

/** Ends the command where nothing could divide the platform's requests between stable and canary. */
export function requireRoute({ name, release, routes }: ResolvedPlatform, stack: string): void {
  if (release && routes.length > 0) return;
  throw invalidInput([
    {
      path: `fleet:platforms.${name}.route`,
      problem: "nothing divides its requests between stable and canary, which every release needs",
      allowed: "a platform with a route, in a stack with fleet:gateway",
      fix: `add them to Pulumi.${stack}.yaml (docs/configuration.md), then fleet up --stack ${stack}`,
    },
  ]);
}

/** Why a release cannot begin before the platform stands. */
export function notDeployed(platform: ResolvedPlatform, stack: string): CommandError {
  return new CommandError(
    `${platform.name} is not deployed: there is no namespace ${platform.namespace}.\n  fix: fleet up --stack ${stack}; a release changes what stands`,
    ExitCode.invalid,
  );
}
