import type { Issue } from "../issue.ts";
import type { MigrationFiles } from "./platform.ts";

/**
 * What a migration does to the releases that run beside it.
 *
 * - `expand`: adds. The release before works on with the new schema.
 * - `contract`: takes away what the release before no longer needs; older ones break, and an undo brings back the shape
 *   but not the data.
 * - `irreversible`: cannot be undone at all.
 */
export type MigrationEffect = "expand" | "contract" | "irreversible";

const EFFECTS: readonly MigrationEffect[] = ["expand", "contract", "irreversible"];

/** One migration as its file declares it, by a comment at its head: `-- migration: expand`. */
export interface Migration {
  /** Its number, which orders migrations. */
  readonly version: number;
  /** The forward file's name: `001.do.tenants-and-users.sql`. */
  readonly file: string;
  readonly effect: MigrationEffect;
  /** Whether a file undoes it. */
  readonly undoable: boolean;
}

interface File {
  readonly name: string;
  readonly version: number;
  readonly direction: "do" | "undo";
  readonly sql: string;
}

/** What a platform's files declare, in the order of their numbers, and everything that is wrong with them. */
export function declaredMigrations(
  platform: string,
  files: MigrationFiles,
): { readonly migrations: readonly Migration[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const report = (file: string, issue: Omit<Issue, "path">): void => {
    issues.push({ path: `migrations/${platform}/${file}`, ...issue });
  };
  const parsed = Object.entries(files).flatMap(([name, sql]) => parseName(name, sql, report));
  const forward = parsed.filter(({ direction }) => direction === "do").sort((a, b) => a.version - b.version);
  const undone = new Set(parsed.filter(({ direction }) => direction === "undo").map(({ version }) => version));
  const migrations = forward.flatMap((file, index): readonly Migration[] => {
    if (forward[index - 1]?.version === file.version) {
      report(file.name, {
        problem: `two migrations have the number ${file.version}`,
        value: file.version,
        allowed: "one forward file a number",
        fix: "give it the next free number",
      });
    }
    const effect = effectOf(file, report);
    if (effect === undefined) return [];
    if (effect === "irreversible" && undone.has(file.version)) {
      report(file.name, {
        problem: "declares that it cannot be undone, and an undo file is there",
        value: effect,
        allowed: "irreversible without an undo file",
        fix: "declare contract, or delete the undo file",
      });
    }
    return [{ version: file.version, file: file.name, effect, undoable: undone.has(file.version) }];
  });
  for (const { name, version, direction } of parsed) {
    if (direction === "do" || forward.some((file) => file.version === version)) continue;
    report(name, {
      problem: "undoes a migration that is not there",
      value: version,
      allowed: "an undo file beside the forward file of its number",
      fix: "correct its number, or delete it",
    });
  }
  return { migrations, issues };
}

type Report = (file: string, issue: Omit<Issue, "path">) => void;

function parseName(name: string, sql: string, report: Report): readonly File[] {
  const [, version = "", direction = ""] = /^(\d+)\.(do|undo)\.[\w.-]+\.sql$/.exec(name) ?? [];
  if (direction === "do" || direction === "undo") return [{ name, version: Number(version), direction, sql }];
  report(name, {
    problem: "is not named like a migration, so that none would run it",
    allowed: "NNN.do.<name>.sql and NNN.undo.<name>.sql",
    fix: "rename the file",
  });
  return [];
}

function effectOf({ name, sql }: File, report: Report): MigrationEffect | undefined {
  const head = sql
    .split("\n")
    .filter((line, index, lines) => lines.slice(0, index + 1).every(isComment) && isComment(line));
  const declared = head.flatMap((line) => /^--\s*migration:\s*(.*?)\s*$/.exec(line)?.[1] ?? []);
  const effect = EFFECTS.find((one) => one === declared[0]);
  if (effect !== undefined && declared.length === 1) return effect;
  report(name, {
    problem:
      declared.length > 1
        ? "declares more than once what it does to the release before"
        : "does not declare what it does to the release before, so that nobody knows how to go back from it",
    ...(declared.length === 0 ? {} : { value: declared.join(", ") }),
    allowed: `a comment at its head, "-- migration: " and one of ${EFFECTS.join(", ")}`,
    fix: "expand if the release before works on with it, contract if it takes something away, irreversible if it cannot be undone",
  });
  return undefined;
}

function isComment(line: string): boolean {
  return line.trim() === "" || line.startsWith("--");
}
