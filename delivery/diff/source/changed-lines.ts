import { parsePatch } from "diff";

/** The lines that differ in one file, counted from 1. */
export interface ChangedLines {
  /** Path from the repository's root. */
  readonly file: string;
  /** Lines of the base's file that are gone or were rewritten. */
  readonly before: readonly number[];
  /** Lines of the present file that are new or rewritten. */
  readonly after: readonly number[];
}

/** Reads what `git diff --unified=0 --no-renames --no-prefix` prints. */
export function changedLines(patch: string): readonly ChangedLines[] {
  return parsePatch(patch).flatMap(({ oldFileName, newFileName, hunks }) => {
    const file = [newFileName, oldFileName].find((name) => name !== undefined && name !== "/dev/null");
    if (file === undefined) return [];
    return [
      {
        file,
        before: hunks.flatMap(({ oldStart, oldLines }) => range(oldStart, oldLines)),
        after: hunks.flatMap(({ newStart, newLines }) => range(newStart, newLines)),
      },
    ];
  });
}

function range(start: number, length: number): readonly number[] {
  return Array.from({ length }, (_, index) => start + index);
}
