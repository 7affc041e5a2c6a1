import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, YAMLParseError } from "yaml";
import { readMigrations } from "../../migrations/read.ts";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { declaredSecrets } from "../../model/resolve/declared-secrets.ts";
import { REGISTRY_PASSWORD } from "../../model/resolve/image-issues.ts";
import { selectServices } from "../../model/resolve/selection.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { resolveStack } from "../../model/resolve/stack.ts";
import type { ImageSettings } from "../../model/settings/images.ts";
import { parseSettings, type RawSettings } from "../../model/settings/parse.ts";
import { catalogue } from "../../services/catalogue.ts";
import { ExitCode } from "./exit-code.ts";
import { CommandError, invalidInput } from "./failure.ts";

/** The repository's root: where `Pulumi.yaml` and the stack files are. */
export const ROOT = join(import.meta.dirname, "..", "..");

/** The project's name in `Pulumi.yaml`, and so what every setting and URN begins with. */
export const PROJECT = "fleet";

/** The CrossGuard packs that every preview and update runs. */
export const POLICY_PACKS: readonly string[] = [join(ROOT, "policy", "pack")];

/** `Pulumi.<stack>.yaml` as it stands, secrets still encrypted. */
export interface StackFile {
  readonly stack: string;
  readonly path: string;
  readonly content: PlainObject;
}

/** Reads a stack's file. A missing or broken one is the user's to mend. */
export function readStackFile(stack: string): StackFile {
  const path = join(ROOT, `Pulumi.${stack}.yaml`);
  if (!existsSync(path)) {
    const stacks = readdirSync(ROOT).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
    throw new CommandError(
      `There is no stack "${stack}": ${path} does not exist.\n  stacks: ${stacks.join(", ")}`,
      ExitCode.invalid,
    );
  }
  try {
    const content: unknown = parse(readFileSync(path, "utf8"));
    return { stack, path, content: isPlainObject(content) ? content : {} };
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new CommandError(`${path} is not YAML: ${error.message}`, ExitCode.invalid);
  }
}

/** The settings in a stack file, without the values of secrets. */
export function rawSettings(file: StackFile, project = PROJECT): RawSettings {
  const config = isPlainObject(file.content["config"]) ? file.content["config"] : {};
  const values: Record<string, unknown> = {};
  let secrets: unknown = {};
  for (const [key, value] of Object.entries(config)) {
    if (!key.startsWith(`${project}:`)) continue;
    const name = key.slice(project.length + 1);
    if (name === "secrets") secrets = value;
    else values[name] = value;
  }
  return { values, secrets: presentSecrets(secrets) };
}

/** What a stack file holds of each secret, by `PLATFORM.NAME`: its ciphertext, or whatever stands in its place. */
export function storedSecrets(file: StackFile, project = PROJECT): Readonly<Record<string, string>> {
  const config = file.content["config"];
  const secrets = isPlainObject(config) ? config[`${project}:secrets`] : undefined;
  if (!isPlainObject(secrets)) return {};
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([section, named]) =>
      Object.entries(isPlainObject(named) ? named : {}).map(([name, value]) => [
        `${section}.${name}`,
        isPlainObject(value) && typeof value["secure"] === "string" ? value["secure"] : JSON.stringify(value),
      ]),
    ),
  );
}

function presentSecrets(secrets: unknown): readonly string[] {
  if (!isPlainObject(secrets)) return [];
  return Object.entries(secrets).flatMap(([section, named]) =>
    isPlainObject(named) ? Object.keys(named).map((name) => `${section}.${name}`) : [],
  );
}

/**
 * Reads and resolves a stack, or ends the command with everything that is wrong with it.
 *
 * @param options.assumeSecrets Takes every declared secret as configured: for what can be said without their values.
 */
export function loadStack(
  stack: string,
  { assumeSecrets = false }: { readonly assumeSecrets?: boolean } = {},
): { file: StackFile; resolved: ResolvedStack } {
  const file = readStackFile(stack);
  return { file, resolved: resolvedOrRefused(stack, rawSettings(file), assumeSecrets) };
}

/** What a stack's file says of its images. An invalid file ends the command. */
export function imageSettings(file: StackFile): ImageSettings {
  const { settings, issues } = parseSettings(rawSettings(file));
  if (!settings || issues.length > 0) throw invalidInput(issues);
  return settings.images;
}

/** What a stack would be with these digests in its file, its secrets taken as configured. */
export function resolveWithDigests(file: StackFile, digests: Readonly<Record<string, string>>): ResolvedStack {
  const { values, secrets } = rawSettings(file);
  const images = { ...(isPlainObject(values["images"]) ? values["images"] : {}), digests };
  return resolvedOrRefused(file.stack, { values: { ...values, images }, secrets }, true);
}

function resolvedOrRefused(stack: string, raw: RawSettings, assumeSecrets: boolean): ResolvedStack {
  const platforms = catalogue.map((platform) => platform.name);
  const resolution = resolveStack({
    stack,
    catalogue,
    raw: assumeSecrets ? { ...raw, secrets: [...declaredSecrets(catalogue), REGISTRY_PASSWORD] } : raw,
    migrations: readMigrations(ROOT, platforms),
  });
  if (!resolution.ok) throw invalidInput(resolution.issues);
  return resolution.value;
}

/** The part of a stack that `--only` names, or the command's end where it names something unknown. */
export function selectionOf(resolved: ResolvedStack, only: readonly string[]): ResolvedStack {
  const selection = selectServices(resolved, only);
  if (!selection.ok) throw invalidInput(selection.issues);
  return selection.value;
}
