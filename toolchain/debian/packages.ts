import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { machinePaths } from "../paths.ts";
import { reported, type Progress } from "../progress.ts";
import { apt, resolveVersions, updateLists } from "./apt.ts";

/**
 * Unpacks Debian packages into the cache, and returns the directory that holds their `usr/bin`, `usr/sbin`, `usr/lib`.
 *
 * Nothing is installed: no service starts, no user is made, no maintainer script runs. The directory is keyed by the
 * packages' versions and appears by a rename. Throws `ToolchainError` when Debian does not offer a package.
 */
export async function unpackPackages(label: string, packages: readonly string[], progress: Progress): Promise<string> {
  const versions = await resolveVersions(packages, progress);
  const cache = join(machinePaths().cache, "debian");
  const target = join(cache, unpackedName(label, versions));
  if (existsSync(target)) return target;

  await mkdir(cache, { recursive: true });
  const workshop = await mkdtemp(join(cache, ".unpacking-"));
  try {
    const content = join(workshop, "root");
    await reported(progress, `Fetching ${packages.join(", ")} from Debian`, async () => {
      await withFreshLists(["download", ...packages], workshop, progress);
      for (const archive of (await readdir(workshop)).filter((name) => name.endsWith(".deb"))) {
        await execa("dpkg", ["-x", join(workshop, archive), content]);
      }
    });
    await rename(content, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
    return target;
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** The cache directory's name: changes as soon as one package's version does. */
export function unpackedName(label: string, versions: ReadonlyMap<string, string>): string {
  const sorted = [...versions].sort(([left], [right]) => left.localeCompare(right));
  return `${label}-${createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 12)}`;
}

/** Installs the packages that are missing: only tools without a service of their own belong here. */
export async function installTools(packages: readonly string[], progress: Progress): Promise<void> {
  const query = await execa("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...packages], {
    reject: false,
  });
  const missing = missingPackages(packages, query.stdout);
  if (missing.length === 0) return;
  await resolveVersions(missing, progress);
  await reported(progress, `Installing ${missing.join(", ")} from Debian`, () =>
    withFreshLists(["install", "-y", "--no-install-recommends", ...missing], "/", progress),
  );
}

/** Which of `packages` the output of `dpkg-query -W -f '${Package} ${db:Status-Status}\n'` does not call installed. */
export function missingPackages(packages: readonly string[], dpkgQuery: string): string[] {
  const installed = new Set(dpkgQuery.split("\n"));
  return packages.filter((name) => !installed.has(`${name} installed`));
}

/** Lists that are out of date name files the mirror no longer has: then refresh them and try once more. */
async function withFreshLists(args: readonly string[], cwd: string, progress: Progress): Promise<void> {
  try {
    await apt("apt-get", args, cwd);
  } catch {
    await updateLists(progress);
    await apt("apt-get", args, cwd);
  }
}
