import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const REPOSITORY = join(import.meta.dirname, "..", "..");
export const WORKFLOWS = join(REPOSITORY, ".github", "workflows");

/** One step of a job: an action or a command. */
export interface Step {
  readonly uses?: string;
  readonly run?: string;
}

export interface Job {
  readonly uses?: string;
  readonly environment?: string;
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly with?: Readonly<Record<string, string>>;
}

/** A workflow as GitHub reads it, as far as tests look into it. */
export interface Workflow {
  readonly file: string;
  /** As written, with its comments. */
  readonly text: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Every workflow of the repository. */
export function readWorkflows(): readonly Workflow[] {
  return readdirSync(WORKFLOWS).map((file) => {
    const text = readFileSync(join(WORKFLOWS, file), "utf8");
    return { ...(parse(text) as Omit<Workflow, "file" | "text">), file, text };
  });
}

/** Every command that a workflow runs, once. */
export function commandsOf(workflows: readonly Workflow[]): readonly string[] {
  const steps = workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps ?? []));
  return [...new Set(steps.flatMap(({ run = "" }) => run.split("\n").filter((line) => line.trim() !== "")))];
}
