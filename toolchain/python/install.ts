import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa, ExecaError } from "execa";
import { installTools } from "../debian/packages.ts";
import { machinePaths } from "../paths.ts";
import { reported, ToolchainError, type Progress } from "../progress.ts";

/** One of the folders beside this file: each pins one tool and all that it needs, with hashes, in requirements.txt. */
export type PythonTool = "checkov";

/** The oldest Python that requirements.txt was resolved for. */
const OLDEST = "3.11";

/**
 * Installs a pinned Python tool into an environment of its own in the cache, or finds it there; returns the environment's
 * Python, which runs the tool by `-m`.
 *
 * Wheels only, each checked by its hash: no package runs a script while it is installed. The environment's name carries
 * the tool's version and a hash of its requirements, and appears by a rename. Throws `ToolchainError` where there is no
 * suitable Python, or PyPI cannot be reached.
 */
export async function installPythonTool(tool: PythonTool, progress: Progress): Promise<string> {
  const requirements = join(import.meta.dirname, tool, "requirements.txt");
  const cache = join(machinePaths().cache, "python");
  const target = join(cache, environmentName(tool, await readFile(requirements, "utf8")));
  const python = join(target, "bin", "python");
  if (existsSync(python)) return python;

  await requirePython(progress);
  await mkdir(cache, { recursive: true });
  const workshop = await mkdtemp(join(cache, ".installing-"));
  try {
    await reported(progress, `Installing ${tool} from PyPI`, async () => {
      await run("python3", ["-m", "venv", workshop]);
      await run(join(workshop, "bin", "python"), [
        ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
        ...["--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement", requirements],
      ]);
    });
    await rename(workshop, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
    return python;
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** `checkov-3.3.30-0123456789ab`: changes as soon as one pin does. */
export function environmentName(tool: PythonTool, requirements: string): string {
  const version = new RegExp(`^${tool}==(\\S+)`, "m").exec(requirements)?.[1];
  if (version === undefined) throw new Error(`requirements.txt does not pin ${tool}`);
  return `${tool}-${version}-${createHash("sha256").update(requirements).digest("hex").slice(0, 12)}`;
}

/** Debian has Python's venv in a package of its own. */
async function requirePython(progress: Progress): Promise<void> {
  if (await isSuitable()) return;
  await installTools(["python3", "python3-venv"], progress).catch(() => undefined);
  if (await isSuitable()) return;
  throw new ToolchainError(
    `Python ${OLDEST} or newer with its venv module must be on PATH (Debian: apt-get install python3-venv).`,
  );
}

async function isSuitable(): Promise<boolean> {
  const asked = `import ensurepip, sys; sys.exit(sys.version_info < (${OLDEST.replace(".", ", ")}))`;
  return (await execa("python3", ["-c", asked], { reject: false })).exitCode === 0;
}

async function run(program: string, args: readonly string[]): Promise<void> {
  try {
    await execa(program, args);
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const tail = String(error.stderr).split("\n").slice(-8).join("\n");
    throw new ToolchainError(`${program} ${args.slice(0, 3).join(" ")} failed:\n${tail}`);
  }
}
