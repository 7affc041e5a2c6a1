import type { Migration } from "../../../model/declaration/migration.ts";
import type { JobRun } from "../../cluster-client/run-job.ts";

/** The forward files that the migrations' `status` says the database has. */
export function appliedIn(output: string): readonly string[] {
  return output.split("\n").flatMap((line) => /^applied (\S+\.sql)$/.exec(line.trim())?.[1] ?? []);
}

/** Why a run failed, in the migrations' own words where it said any. They name files and lines, and no secret. */
export function failureIn({ outcome, output, reason }: JobRun): string {
  if (outcome === "interrupted") return "the migration was stopped";
  if (reason.includes("DeadlineExceeded")) return `the migration took longer than its limit (${reason})`;
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const error = lines.findIndex((line) => line.includes("ERROR"));
  const said = error < 0 ? lines.slice(-1) : lines.slice(error);
  return said.length === 0 ? `the migration failed: ${reason}` : said.join("\n");
}

/**
 * The version to go down to, so that all of these are undone and nothing before them.
 *
 * @param files Names of all files of the database.
 */
export function versionBelow(migrations: readonly Migration[], files: readonly string[]): number {
  const lowest = Math.min(...migrations.map(({ version }) => version));
  const versions = files.flatMap((file) => /^(\d+)\.do\./.exec(file)?.[1] ?? []).map(Number);
  return Math.max(0, ...versions.filter((version) => version < lowest));
}
