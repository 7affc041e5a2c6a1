import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { machinePaths } from "../paths.ts";

/** How a Go executable was built, as `go version -m -json` prints it; undefined for other files and without Go. */
export async function goBuildInformation(file: string): Promise<unknown> {
  const { stdout, exitCode } = await execa("go", ["version", "-m", "-json", file], {
    env: { GOTOOLCHAIN: "local" },
    reject: false,
  });
  try {
    return exitCode === 0 ? (JSON.parse(stdout) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** The same of an executable that is in memory. */
export async function goBuildInformationOf(executable: Buffer): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "fleet-go-"));
  try {
    const file = join(folder, "executable");
    await writeFile(file, executable, { mode: 0o700 });
    return await goBuildInformation(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A Go program in this machine's cache. */
export interface BuiltProgram {
  readonly name: string;
  readonly file: string;
}

/** The Go programs that this machine has built, each as it was built last. */
export async function builtPrograms(): Promise<readonly BuiltProgram[]> {
  const cache = join(machinePaths().cache, "go");
  const builds = (await readdir(cache, { withFileTypes: true }).catch(() => [])).filter(
    (entry) => entry.isDirectory() && /-[0-9a-f]{12}$/.test(entry.name),
  );
  const dated = await Promise.all(
    builds.map(async ({ name }) => ({ folder: join(cache, name), built: (await stat(join(cache, name))).mtimeMs })),
  );
  const programs = new Map<string, string>();
  for (const { folder } of dated.sort((a, b) => a.built - b.built)) {
    for (const name of await readdir(folder)) programs.set(name, join(folder, name));
  }
  return [...programs].map(([name, file]) => ({ name, file })).sort((a, b) => a.name.localeCompare(b.name));
}
