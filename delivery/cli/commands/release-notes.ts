import { writeFile } from "node:fs/promises";
import { execa } from "execa";
import { releaseNotes, type Commit } from "../../release-notes/release-notes.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError } from "../failure.ts";
import { ROOT } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet release-notes` is asked for. */
export interface ReleaseNotesArguments {
  readonly json: boolean;
  /** A tag or commit. Left out: the last tag before this commit; without one, the whole history. */
  readonly since?: string;
  /** File to write. Left out: stdout. */
  readonly out?: string;
}

/** Tells what has changed since a release, from the commits and the files that they touch. */
export async function writeReleaseNotes(args: ReleaseNotesArguments, terminal: Terminal): Promise<ExitCode> {
  const since = args.since ?? (await lastTag());
  const changes = { ...(since === undefined ? {} : { since }), commits: await commitsSince(since) };
  if (args.json) {
    terminal.result(JSON.stringify(changes, null, 2));
    return ExitCode.ok;
  }
  const text = releaseNotes(changes);
  if (args.out === undefined) terminal.result(text.trimEnd());
  else await writeFile(args.out, text);
  return ExitCode.ok;
}

async function lastTag(): Promise<string | undefined> {
  const { stdout, exitCode } = await execa("git", ["describe", "--tags", "--abbrev=0", "HEAD^"], {
    cwd: ROOT,
    reject: false,
  });
  return exitCode === 0 ? stdout.trim() : undefined;
}

// Git puts no NUL into a subject or a file's name.
const FORMAT = "%x00%h%x00%s%x00";

async function commitsSince(since: string | undefined): Promise<readonly Commit[]> {
  const range = since === undefined ? ["HEAD"] : [`${since}..HEAD`];
  const args = ["log", "--no-merges", "--name-only", `--format=${FORMAT}`, "--end-of-options", ...range, "--"];
  const { stdout, stderr, exitCode } = await execa("git", args, { cwd: ROOT, reject: false });
  if (exitCode !== 0) {
    throw new CommandError(`There is no history since ${since ?? "the beginning"}: ${stderr}`, ExitCode.invalid);
  }
  const [, ...parts] = stdout.split("\0");
  return Array.from({ length: parts.length / 3 }, (_, index) => ({
    hash: parts[index * 3] ?? "",
    subject: parts[index * 3 + 1] ?? "",
    files: (parts[index * 3 + 2] ?? "").split("\n").filter((line) => line !== ""),
  }));
}
