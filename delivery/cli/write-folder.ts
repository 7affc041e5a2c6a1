import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExitCode } from "./exit-code.ts";
import { CommandError } from "./failure.ts";

/** Marks a folder that fleet has written, and so may empty. */
const MARK = ".fleet-output";

/** A file to write, by its path below the folder. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** Writes files as the only content of a folder. One that holds anything that fleet did not write is refused. */
export function writeFolder(folder: string, files: readonly OutputFile[]): void {
  const present = existsSync(folder) ? readdirSync(folder) : [];
  if (present.length > 0 && !present.includes(MARK)) {
    throw new CommandError(
      `${folder} holds other files, which this would mix with its own.\n  fix: name a new or an empty folder`,
      ExitCode.invalid,
    );
  }
  for (const entry of present) rmSync(join(folder, entry), { recursive: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, MARK), "Written by fleet; the next time replaces all of it.\n");
  for (const { path, text } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
