import { createColors } from "picocolors";
import type { EngineRun, EngineStep } from "./events.ts";

const VERBS: Readonly<Partial<Record<EngineStep["operation"], string>>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  "create-replacement": "replaced",
  "delete-replaced": "removed the old",
  read: "read",
  refresh: "refreshed",
};

// Bookkeeping of the engine; the create and the delete around it are shown.
const HIDDEN = new Set<EngineStep["operation"]>(["replace", "same"]);

/** The line for a finished step, or none for a component or an inner step of a replacement. */
export function stepLine(step: EngineStep, color: boolean): string | undefined {
  if (HIDDEN.has(step.operation)) return undefined;
  const { green, red, dim } = createColors(color);
  const verb = VERBS[step.operation] ?? step.operation;
  const mark = step.outcome === "done" ? green("✓") : red("✗");
  const said = step.outcome === "done" ? verb : `not ${verb}`;
  return `${mark} ${said} ${step.kind} ${step.name} ${dim(`${step.seconds.toFixed(1)} s`)}`;
}

/** What the engine is waiting for, longest first, at most `limit` lines. */
export function waitingLines(run: EngineRun, nowMs: number, limit: number): readonly string[] {
  return [...run.pending]
    .map(([urn, { since }]) => ({ urn, seconds: (nowMs - since) / 1000, status: run.status.get(urn) }))
    .filter(({ seconds, status }) => seconds >= 2 && status !== undefined)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, limit)
    .map(({ urn, seconds, status }) => `  ${urn.split("::").at(-1) ?? urn}: ${status ?? ""} (${seconds.toFixed(0)} s)`);
}

/** "5 created, 1 updated, 60 unchanged". */
export function changesText(changes: Readonly<Partial<Record<string, number>>>): string {
  const words: readonly (readonly [string, string])[] = [
    ["create", "created"],
    ["update", "updated"],
    ["replace", "replaced"],
    ["delete", "deleted"],
    ["same", "unchanged"],
  ];
  const parts = words.flatMap(([key, word]) => {
    const count = changes[key] ?? 0;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return parts.length === 0 ? "nothing" : parts.join(", ");
}
