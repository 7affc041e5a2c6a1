import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa, ExecaError } from "execa";
import { lock } from "proper-lockfile";
import { machinePaths } from "../paths.ts";
import { reported, ToolchainError, type Progress } from "../progress.ts";
import { goDirective, goModuleDirectory, isAtLeast, type GoToolModule } from "./modules.ts";

/** What to build from a tools module of this folder. */
export interface GoTool {
  /** The folder beside this file that pins the tool. */
  readonly module: GoToolModule;
  /** Main packages, by import path; each yields one executable named after its last element. */
  readonly packages: readonly string[];
  /** Linker flags beyond `-s -w`, such as `-X path.Version=v1.2.3`. Default none. */
  readonly ldflags?: readonly string[];
  /** The tool's own version, for the cache key and the progress line: see `pinnedVersion`. */
  readonly version: string;
}

/** How often a running build says how far it is, in milliseconds. */
const NOTE_INTERVAL = 15_000;

/** A lock whose holder was killed is stale after ten seconds. */
const UNTIL_THE_OTHER_ENDS = {
  realpath: false,
  stale: 10_000,
  retries: { forever: true, minTimeout: 500, maxTimeout: 2_000 },
} as const;

/**
 * Builds a pinned Go tool into the cache, or finds it there; returns the directory of its executables.
 *
 * The directory's name carries the version and a hash of what decides the result (the module's files, packages, flags).
 * It appears by a rename, so a killed build leaves nothing that looks finished; of two at once the second waits for the
 * first. Throws `ToolchainError` when Go is missing, too old, or fails.
 */
export async function buildGoTool(tool: GoTool, progress: Progress): Promise<string> {
  const source = goModuleDirectory(tool.module);
  const files = (await readdir(source)).filter((name) => /\.(go|mod|sum)$/.test(name)).sort();
  const contents = await Promise.all(files.map((name) => readFile(join(source, name), "utf8")));
  const cache = join(machinePaths().cache, "go");
  const target = join(cache, cacheKey(tool, contents));
  if (existsSync(target)) return target;

  await requireGo(goDirective(contents[files.indexOf("go.mod")] ?? ""));
  await mkdir(cache, { recursive: true });
  const release = await lock(target, { ...UNTIL_THE_OTHER_ENDS, lockfilePath: `${target}.lock` });
  try {
    if (!existsSync(target)) await buildInto(target, tool, source, progress);
    return target;
  } finally {
    await release();
  }
}

async function buildInto(target: string, tool: GoTool, source: string, progress: Progress): Promise<void> {
  const workshop = await mkdtemp(join(dirname(target), ".building-"));
  try {
    await reported(progress, `Downloading the modules of ${tool.module} ${tool.version}`, () =>
      go(["list", "-deps", "-f", "", ...tool.packages], source),
    );
    const step = `Building ${tool.module} ${tool.version}`;
    await reported(progress, step, () => compile(tool, source, workshop, step, progress));
    await rename(workshop, target);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** The cache directory's name: equal for equal results, different as soon as a pin, a package or a flag differs. */
export function cacheKey(tool: GoTool, moduleFiles: readonly string[]): string {
  const decisive = JSON.stringify([moduleFiles, tool.packages, tool.ldflags ?? []]);
  const hash = createHash("sha256").update(decisive).digest("hex").slice(0, 12);
  return `${tool.module}-${tool.version}-${hash}`;
}

async function requireGo(minimum: string): Promise<void> {
  const howTo = `Go ${minimum} or newer must be on PATH: https://go.dev/doc/install`;
  const version = await execa("go", ["env", "GOVERSION"], { env: { GOTOOLCHAIN: "local" }, cwd: "/" }).catch(() => {
    throw new ToolchainError(`Go was not found. ${howTo}`);
  });
  if (!isAtLeast(version.stdout, minimum)) throw new ToolchainError(`Go is too old: ${version.stdout}. ${howTo}`);
}

async function compile(tool: GoTool, source: string, output: string, step: string, progress: Progress): Promise<void> {
  let packages = 0;
  let last = "";
  const note = setInterval(() => {
    progress({ step, status: "note", detail: `${packages} packages compiled, now ${last || "reading"}` });
  }, NOTE_INTERVAL);
  const ldflags = ["-s", "-w", ...(tool.ldflags ?? [])].join(" ");
  try {
    await go(
      ["build", "-v", "-trimpath", "-ldflags", ldflags, "-o", `${output}/`, ...tool.packages],
      source,
      (line) => {
        packages += 1;
        last = line;
      },
    );
  } finally {
    clearInterval(note);
  }
}

async function go(args: readonly string[], cwd: string, onLine: (line: string) => void = () => undefined) {
  const run = execa("go", args, {
    cwd,
    // A workspace or flags of the user's own must not change what the pins say.
    env: { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=readonly -buildvcs=false", GOTOOLCHAIN: "local" },
  });
  try {
    for await (const line of run.iterable({ from: "stderr" })) onLine(line);
    await run;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const tail = String(error.stderr).split("\n").slice(-15).join("\n");
    throw new ToolchainError(`go ${args[0] ?? ""} failed in ${cwd}:\n${tail}`);
  }
}
