import type { Migration } from "../../model/declaration/migration.ts";

/**
 * What is known of the database while a release runs.
 *
 * - `untouched`: no migration has been started.
 * - `unknown`: one was started, and how it ended has not been seen.
 * - `known`: what this release has applied, by file.
 */
export type SchemaChange =
  | { readonly kind: "untouched" }
  | { readonly kind: "unknown" }
  | { readonly kind: "known"; readonly applied: readonly string[] };

/** What a failure means for the database. */
export type SchemaDecision =
  /** The release may roll back; `revert` lists the forward files to undo, the newest first. */
  | { readonly kind: "rollBack"; readonly revert: readonly Migration[] }
  /** A person has to decide; `question` says what and between what. */
  | { readonly kind: "freeze"; readonly question: string };

/**
 * Decides, after a failure, whether the release before can run on the schema as it is.
 *
 * Never guesses: where the schema may have contracted, the release freezes. Where nobody could find out what was
 * applied, every migration of the release counts as applied.
 */
export function decideSchema(
  migrations: readonly Migration[],
  change: SchemaChange,
  expandAfterFailure: "keep" | "revert",
): SchemaDecision {
  const applied = appliedOf(migrations, change);
  const binding = applied.filter(({ effect }) => effect !== "expand");
  if (binding.length > 0) return { kind: "freeze", question: questionOf(binding, change) };
  if (expandAfterFailure === "keep") return { kind: "rollBack", revert: [] };
  const stuck = applied.filter(({ undoable }) => !undoable);
  if (stuck.length > 0) {
    return {
      kind: "freeze",
      question: `${listed(stuck)} should be reverted and has no undo file: write one, or abort to keep the schema as it is`,
    };
  }
  if (change.kind === "unknown") {
    return {
      kind: "freeze",
      question: "it is unknown which migrations were applied: look at schema_migrations, then abort to keep them",
    };
  }
  return { kind: "rollBack", revert: [...applied].sort((a, b) => b.version - a.version) };
}

function appliedOf(migrations: readonly Migration[], change: SchemaChange): readonly Migration[] {
  switch (change.kind) {
    case "untouched":
      return [];
    case "unknown":
      return migrations;
    case "known":
      return migrations.filter(({ file }) => change.applied.includes(file));
  }
}

function questionOf(binding: readonly Migration[], change: SchemaChange): string {
  const what = binding.map(({ file, effect }) => `${file} (${effect})`).join(", ");
  const certainty = change.kind === "unknown" ? "may have been applied" : "has been applied";
  return (
    `${what} ${certainty}: can the release before run on this schema? ` +
    "Yes: abort, which rolls the pods back and leaves the schema. No: mend the cause and retry"
  );
}

function listed(migrations: readonly Migration[]): string {
  return migrations.map(({ file }) => file).join(", ");
}
