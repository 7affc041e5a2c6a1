import { execa, ExecaError } from "execa";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ExitCode } from "./exit-code.ts";
import { CommandError } from "./failure.ts";

/** The commit that a branch is compared with. */
export interface Base {
  /** As it was asked for: `main`, `origin/main`, `v1.2`. */
  readonly reference: string;
  readonly commit: string;
  /** False where the reference itself is taken because no common ancestor is known, as in a shallow clone. */
  readonly commonAncestor: boolean;
}

/** Read access to one clone's history. */
export class Repository {
  readonly #root: string;
  readonly #signal: AbortSignal;

  constructor(root: string, signal: AbortSignal) {
    this.#root = root;
    this.#signal = signal;
  }

  /** Where the present branch left the reference: what came to the reference later is none of the branch's doing. */
  async base(reference: string): Promise<Base> {
    const commit = await this.#git([
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${reference}^{commit}`,
    ]).catch((error: unknown) => {
      if (!(error instanceof ExecaError) || this.#signal.aborted) throw error;
      throw new CommandError(
        `git knows no commit "${reference}" in ${this.#root}.\n  fix: name a branch, a tag or a commit that is fetched: git fetch origin main`,
        ExitCode.failed,
      );
    });
    const ancestor = await this.#git(["merge-base", commit, "HEAD"]).catch(() => undefined);
    return { reference, commit: ancestor ?? commit, commonAncestor: ancestor !== undefined };
  }

  /** What differs between a commit and the working tree in these paths, without context, as a patch. */
  patch(commit: string, paths: readonly string[]): Promise<string> {
    const options = ["--unified=0", "--no-renames", "--no-prefix", "--no-color", "--no-ext-diff"];
    return this.#git(["diff", ...options, commit, "--", ...paths]);
  }

  /** Every file that differs between a commit and the working tree, new ones that git does not track yet among them. */
  async changedFiles(commit: string): Promise<readonly string[]> {
    const [tracked, untracked] = await Promise.all([
      this.#git(["diff", "--name-only", "--no-renames", "-z", commit]),
      this.untrackedFiles(),
    ]);
    return [...new Set([...tracked.split("\0"), ...untracked])].filter((file) => file !== "").sort();
  }

  /** What git calls the working tree: the last tag with what came since, `-dirty` where something is not committed. */
  describe(): Promise<string> {
    return this.#git(["describe", "--always", "--tags", "--dirty"]).catch(() => "unversioned");
  }

  /** Files that git neither tracks nor ignores. */
  async untrackedFiles(): Promise<readonly string[]> {
    const files = await this.#git(["ls-files", "--others", "--exclude-standard", "-z"]);
    return files.split("\0").filter((file) => file !== "");
  }

  /** A file as a commit has it; empty where it has none. */
  textAt(commit: string, path: string): Promise<string> {
    return this.#git(["show", `${commit}:${path}`]).catch(() => "");
  }

  /** A file of the working tree; empty where there is none. */
  present(path: string): string {
    const file = join(this.#root, path);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Writes a commit's files, all but those that only tests and readers need, into a folder. */
  async extract(commit: string, folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const paths = [".", ":(exclude)test", ":(exclude)docs"];
    await execa("git", ["archive", "--format=tar", commit, ...paths], {
      cwd: this.#root,
      cancelSignal: this.#signal,
      encoding: "buffer",
    }).pipe("tar", ["-x", "-C", folder], { cancelSignal: this.#signal });
  }

  async #git(args: readonly string[]): Promise<string> {
    const { stdout } = await execa("git", args, { cwd: this.#root, cancelSignal: this.#signal });
    return stdout;
  }
}
