import { execa, ExecaError } from "execa";
import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SNAPSHOT_FORMAT, snapshotSchema, type Snapshot } from "../diff/snapshot.ts";
import { ExitCode } from "./exit-code.ts";
import { CommandError } from "./failure.ts";
import type { Base, Repository } from "./git.ts";
import { ROOT } from "./stack-file.ts";

/** A commit's files in a folder of their own, to be rendered by their own code. */
export interface BaseCheckout extends AsyncDisposable {
  /**
   * What the base renders, by its own code with the packages of this tree.
   *
   * @throws CommandError where the base cannot tell: it does not resolve, or needs other packages.
   */
  readonly render: () => Promise<Snapshot>;
}

/**
 * Lays the base's files out in a folder that is gone when it is disposed of.
 *
 * @throws CommandError where the base is older than `fleet snapshot`.
 */
export async function checkOutBase(repository: Repository, base: Base, signal: AbortSignal): Promise<BaseCheckout> {
  const folder = await mkdtemp(join(tmpdir(), "fleet-base-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await repository.extract(base.commit, folder);
    if (!existsSync(join(folder, "delivery/cli/commands/snapshot.ts"))) throw tooOld(base);
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    render: async () => readSnapshot(await run(folder, base, signal), base),
    [Symbol.asyncDispose]: remove,
  };
}

async function run(folder: string, base: Base, signal: AbortSignal): Promise<string> {
  try {
    const options = { cwd: folder, cancelSignal: signal, maxBuffer: 1_000_000_000 };
    const { stdout } = await execa(process.execPath, [join(folder, "bin/fleet.js"), "snapshot"], options);
    return stdout;
  } catch (error) {
    if (!(error instanceof ExecaError) || signal.aborted) throw error;
    const missing = /Cannot find package '([^']+)'/.exec(String(error.stderr))?.[1];
    if (missing !== undefined) {
      throw failure(
        base,
        `needs the package ${missing}, which this tree does not have`,
        `npm install --no-save ${missing}`,
      );
    }
    throw failure(base, `does not render:\n${String(error.stderr).trim()}`, "compare with a commit that renders");
  }
}

function readSnapshot(output: string, base: Base): Snapshot {
  const parsed = snapshotSchema.safeParse(JSON.parse(output));
  if (parsed.success) return parsed.data;
  throw failure(
    base,
    `tells what it renders in another format than this tree, whose format is ${SNAPSHOT_FORMAT}`,
    "compare with a later commit, or run fleet diff from a tree of the base's age",
  );
}

function tooOld(base: Base): CommandError {
  return failure(
    base,
    "is older than `fleet snapshot` and cannot tell what it renders",
    "compare with a later commit: git log --diff-filter=A -- delivery/cli/commands/snapshot.ts shows the first",
  );
}

function failure({ reference, commit }: Base, problem: string, fix: string): CommandError {
  return new CommandError(`The base ${reference} (${commit.slice(0, 8)}) ${problem}.\n  fix: ${fix}`, ExitCode.failed);
}
