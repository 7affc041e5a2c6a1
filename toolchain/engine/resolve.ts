import { existsSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { buildGoTool } from "../go/build.ts";
import { pinnedVersion } from "../go/modules.ts";
import type { Progress } from "../progress.ts";
import type { StandInProvider } from "../providers/version.ts";
import { npmPulumi } from "./download.ts";
import { providersWithoutPlugin } from "./plugins.ts";
import { engineFolder, shimScripts } from "./shims.ts";
import { isSuitable } from "./suitable.ts";

/** A Pulumi CLI with what it needs to run fleet's program. */
export interface Engine {
  /** The executable. */
  readonly pulumi: string;
  /** A folder with `bin/pulumi` in it, for the Automation API: `PulumiCommand.get({ root })`. */
  readonly root: string;
  /** Without a leading v: `3.256.0`. */
  readonly version: string;
  readonly origin: "path" | "npm" | "built";
  /** Whether `pulumi up` can run the program by itself; otherwise it takes the Automation API. */
  readonly nodeLanguageHost: boolean;
  /** What to add to the environment of the CLI, and of the program that uses the Automation API. */
  readonly environment: Readonly<Record<string, string>>;
  /** The providers that run on a stand-in, because the official plugin cannot be had. */
  readonly standIns: readonly StandInProvider[];
}

type Found = Pick<Engine, "pulumi" | "version" | "origin">;

const PULUMI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const PULUMI_MODULE = "github.com/pulumi/pulumi/pkg/v3";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * The engine, wherever it can be had: a suitable `pulumi` on PATH, the official npm package, or a build from the pinned
 * Go module. Official provider plugins where they are installed or can be downloaded, stand-ins for the others.
 *
 * Takes milliseconds once all is cached. Throws `ToolchainError` when nothing works.
 */
export async function resolveEngine(progress: Progress): Promise<Engine> {
  const found = (await onPath(progress)) ?? (await fromNpm(progress)) ?? (await built(progress));
  const nodeLanguageHost = isBeside(found.pulumi, "pulumi-language-nodejs") || isOnPath("pulumi-language-nodejs");
  const standIns = await providersWithoutPlugin(found.pulumi, progress);
  const root = await engineFolder(found.pulumi, shimScripts(standIns, !nodeLanguageHost));
  return { ...found, root, nodeLanguageHost, standIns, environment: engineEnvironment(root, found.pulumi, standIns) };
}

/**
 * The CLI's folder and the shims come first, so that this very CLI is the one that runs.
 *
 * An ambient plugin wins over an installed one in the engine, which is why only missing plugins have a shim.
 */
export function engineEnvironment(
  root: string,
  pulumi: string,
  standIns: readonly StandInProvider[],
  path: string = process.env["PATH"] ?? "",
): Record<string, string> {
  const folders = [join(root, "bin"), dirname(pulumi), ...path.split(delimiter)];
  return {
    PATH: [...new Set(folders.filter((folder) => folder !== ""))].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Where a download was refused once, the engine would only wait for it again.
    ...(standIns.length > 0 ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
  };
}

async function onPath(progress: Progress): Promise<Found | undefined> {
  const pulumi = findOnPath("pulumi");
  if (pulumi === undefined) return undefined;
  const range = await sdkRange();
  const { stdout, failed } = await execa(pulumi, ["version"], { reject: false, timeout: 10_000, env: quiet });
  if (!failed && isSuitable(stdout, range)) return { pulumi, version: stdout.trim().replace(/^v/, ""), origin: "path" };
  const detail = `${pulumi} is ${failed ? "not working" : stdout.trim()}, the SDK wants ${range}`;
  progress({ step: "Looking for Pulumi", status: "note", detail });
  return undefined;
}

async function fromNpm(progress: Progress): Promise<Found | undefined> {
  const version = await pinnedPulumi();
  const pulumi = await npmPulumi(version, progress);
  return pulumi === undefined ? undefined : { pulumi, version, origin: "npm" };
}

async function built(progress: Progress): Promise<Found> {
  const version = await pinnedPulumi();
  const ldflags = [`-X ${VERSION_VARIABLE}=v${version}`];
  const folder = await buildGoTool({ module: "pulumi", packages: [PULUMI_PACKAGE], ldflags, version }, progress);
  return { pulumi: join(folder, "pulumi"), version, origin: "built" };
}

async function pinnedPulumi(): Promise<string> {
  return (await pinnedVersion("pulumi", PULUMI_MODULE)).replace(/^v/, "");
}

async function sdkRange(): Promise<string> {
  const manifest = await readFile(join(import.meta.dirname, "..", "..", "package.json"), "utf8");
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  return dependencies["@pulumi/pulumi"] ?? "^3";
}

const quiet = { PULUMI_SKIP_UPDATE_CHECK: "true" };

function findOnPath(name: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
}

function isOnPath(name: string): boolean {
  return findOnPath(name) !== undefined;
}

function isBeside(executable: string, name: string): boolean {
  return existsSync(join(dirname(realpathSync(executable)), name));
}
