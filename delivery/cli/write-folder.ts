import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RenderedFile } from "../../model/render/canonical.ts";
import { ExitCode } from "./exit-code.ts";
import { CommandError } from "./failure.ts";

/** Marks a folder that `fleet render` has written, and so may empty. */
const MARK = ".fleet-render";

/** Writes rendered objects as the only content of a folder. One that holds anything else is refused. */
export function writeFolder(folder: string, files: readonly RenderedFile[]): void {
  const present = existsSync(folder) ? readdirSync(folder) : [];
  if (present.length > 0 && !present.includes(MARK)) {
    throw new CommandError(
      `${folder} holds other files, which rendering would mix with its own.\n  fix: name a new or an empty folder`,
      ExitCode.invalid,
    );
  }
  for (const entry of present) rmSync(join(folder, entry), { recursive: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, MARK), "Written by `fleet render`; the next one replaces all of it.\n");
  for (const { path, yaml } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, yaml);
  }
}
