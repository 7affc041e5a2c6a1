import { execa, ExecaError } from "execa";
import type { SourceRevision } from "../../model/image-tags.ts";

/**
 * What git says of a folder: the last commit that touches anything in it, and the branch. Undefined for a folder outside
 * of any repository, or with nothing in it that was ever committed.
 */
export async function sourceRevision(folder: string, signal: AbortSignal): Promise<SourceRevision | undefined> {
  const git = async (...args: readonly string[]) =>
    (await execa("git", args, { cwd: folder, cancelSignal: signal })).stdout.trim();
  try {
    const commit = await git("rev-list", "--max-count=1", "HEAD", "--", ".");
    if (commit === "") return undefined;
    const [changes, branch] = await Promise.all([
      git("status", "--porcelain", "--", "."),
      git("branch", "--show-current"),
    ]);
    return { commit, dirty: changes !== "", ...(branch === "" ? {} : { branch }) };
  } catch (error) {
    if (!(error instanceof ExecaError) || signal.aborted) throw error;
    return undefined;
  }
}
