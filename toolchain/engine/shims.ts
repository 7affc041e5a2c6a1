import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { machinePaths } from "../paths.ts";
import type { StandInProvider } from "../providers/version.ts";

/** A script that the engine finds on PATH, by name. */
export type Shims = Readonly<Record<string, string>>;

/** The shims for this Node and this clone: one for each missing provider, and CrossGuard's host if it is missing. */
export function shimScripts(standIns: readonly StandInProvider[], policyHost: boolean): Shims {
  const node = `exec ${quoted(process.execPath)}`;
  const standIn = join(import.meta.dirname, "..", "..", "bin", "stand-in.js");
  const providers = standIns.map(
    (provider) => [`pulumi-resource-${provider}`, `#!/bin/sh\n${node} ${quoted(standIn)} ${provider} "$@"\n`] as const,
  );
  if (!policyHost) return Object.fromEntries(providers);
  // Without the language host the engine starts a policy pack by `pulumi-analyzer-policy-nodejs`, in the pack's folder.
  const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const analyzer = ["pulumi-analyzer-policy-nodejs", `#!/bin/sh\n${node} ${quoted(runner)} "$@"\n`] as const;
  return Object.fromEntries([...providers, analyzer]);
}

/**
 * A folder with `bin/pulumi` and the shims beside it: what `PulumiCommand.get({ root })` and PATH want.
 *
 * Its name is a hash of its content, so it is written once, never changed, and two runs cannot disturb each other.
 */
export async function engineFolder(pulumi: string, shims: Shims): Promise<string> {
  const hash = createHash("sha256")
    .update(JSON.stringify([pulumi, shims]))
    .digest("hex")
    .slice(0, 12);
  const parent = join(machinePaths().cache, "engine");
  const folder = join(parent, hash);
  if (existsSync(folder)) return folder;

  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(join(parent, ".new-"));
  try {
    await mkdir(join(draft, "bin"));
    await symlink(pulumi, join(draft, "bin", "pulumi"));
    for (const [name, script] of Object.entries(shims)) {
      await writeFile(join(draft, "bin", name), script, { mode: 0o755 });
    }
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
