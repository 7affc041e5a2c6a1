import type { BlastRadius } from "./blast-radius.ts";
import type { Difference, StackDifference } from "./difference.ts";
import type { Requests } from "./requests.ts";
import type { RuleChange } from "./rule-changes.ts";
import { listed, mergeLines, type RowLine } from "./rows.ts";

/** How many dependants of one subject a line names. */
const MOST_DEPENDANTS = 8;

/** How many objects that break a rule alike a line names. */
const MOST_OBJECTS = 4;

/** What is told of the branch as a whole, each line once with the stacks it holds in. */
export interface Summary {
  /** `2 services change in dev, staging and prod`. */
  readonly headline: string;
  /** Remarks that concern a whole stack: it is new, gone, or cannot be compared. */
  readonly stacks: readonly string[];
  readonly blastRadius: readonly RowLine[];
  readonly broken: readonly RowLine[];
  readonly mended: readonly RowLine[];
  readonly migrations: readonly RowLine[];
  readonly requests: readonly RowLine[];
}

/** Sums a difference up in words. */
export function summaryOf({ stacks, base }: Difference): Summary {
  const changed = stacks.filter(({ change }) => change !== "unchanged");
  const merge = (texts: (stack: StackDifference) => readonly string[]) =>
    mergeLines(changed.map((stack) => [stack.stack, texts(stack)]));
  return {
    headline: headline(changed, base.reference),
    stacks: changed.flatMap(stackRemarks),
    blastRadius: merge(({ blastRadius }) => [...blastRadius].sort(byReach).map(blastRadiusText)),
    broken: ruleLines(changed, ({ rules }) => rules.broken),
    mended: ruleLines(changed, ({ rules }) => rules.mended),
    migrations: merge(({ migrations }) => migrations.map(migrationText)),
    requests: merge(({ requests }) => requestTexts(requests)),
  };
}

function headline(changed: readonly StackDifference[], reference: string): string {
  if (changed.length === 0) return `Nothing changes in any stack against ${reference}`;
  const subjects = new Map(
    changed.flatMap((stack) => stack.subjects.map(({ subject, kind }) => [subject, kind] as const)),
  );
  const where = changed.map(({ stack }) => stack).join(", ");
  if (subjects.size === 0) return `No object changes, but rules or migrations do in ${where}`;
  const objects = changed.flatMap((stack) => stack.subjects.flatMap((subject) => subject.objects)).length;
  const [only] = subjects.keys();
  const what =
    only !== undefined && subjects.size === 1
      ? `${only} changes`
      : `${SUBJECT_KINDS.flatMap((kind) => {
          const count = [...subjects.values()].filter((one) => one === kind).length;
          return count === 0 ? [] : [counted(count, kind)];
        }).join(" and ")} change`;
  return `${what} in ${where}${objects === 0 ? "" : `: ${counted(objects, "object")}`}`;
}

const SUBJECT_KINDS = ["platform", "service", "datastore"] as const;

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function stackRemarks({ stack, change, unresolvedBase }: StackDifference): readonly string[] {
  if (change === "added") return [`${stack} is a new stack`];
  if (change === "removed") return [`${stack} is gone: its file is deleted, and what it deployed is nobody's`];
  if (unresolvedBase === undefined) return [];
  return [`${stack} did not resolve on the base, so all of it counts as new: ${unresolvedBase.split("\n")[0] ?? ""}`];
}

function blastRadiusText({ subject, dependants }: BlastRadius): string {
  const names = (required: boolean) =>
    dependants.filter((one) => one.required === required).map((one) => shortName(one.subject, subject));
  const [need, use] = [names(true), names(false)];
  return [
    ...(need.length === 0 ? [] : [`${subject} is needed by ${listed(need, MOST_DEPENDANTS)}`]),
    ...(use.length === 0
      ? []
      : [`${need.length === 0 ? subject : ""} is used by ${listed(use, MOST_DEPENDANTS)}, which can do without`]),
  ].join(";");
}

// Links stay inside a platform, so that its name need not be said again.
function shortName(name: string, beside: string): string {
  const platform = `${beside.split("/")[0] ?? ""}/`;
  return name.startsWith(platform) ? name.slice(platform.length) : name;
}

function byReach(a: BlastRadius, b: BlastRadius): number {
  const required = ({ dependants }: BlastRadius) => dependants.filter((one) => one.required).length;
  return required(b) - required(a) || b.dependants.length - a.dependants.length;
}

/** One line for each way of breaking a rule, with the objects that do. */
function ruleLines(
  stacks: readonly StackDifference[],
  changesOf: (stack: StackDifference) => readonly RuleChange[],
): readonly RowLine[] {
  const ways = new Map<string, { readonly change: RuleChange; readonly perStack: [string, string][] }>();
  for (const stack of stacks) {
    for (const change of changesOf(stack)) {
      const key = JSON.stringify([change.rule, change.level, change.problem, change.newRule]);
      const way = ways.get(key) ?? { change, perStack: [] };
      way.perStack.push([stack.stack, change.object]);
      ways.set(key, way);
    }
  }
  return [...ways.values()].map(({ change, perStack }) => {
    const { rule, level, problem, fix, newRule } = change;
    const names = stacks.map(
      ({ stack }) => [stack, perStack.filter(([one]) => one === stack).map(([, object]) => object)] as const,
    );
    const objects = mergeLines(names).map(({ text, stacks: where }) =>
      where.length === 0 ? text : `${text} (${where.join(", ")})`,
    );
    const how = `${level}${newRule ? ", a new rule" : ""}`;
    return { text: `${rule} (${how}): ${listed(objects, MOST_OBJECTS)} ${problem}; ${fix}`, stacks: [] };
  });
}

function migrationText({ file, database, change }: StackDifference["migrations"][number]): string {
  if (change === "added") {
    return /\bundo\b/.test(file) ? `${file} is new: a way back` : `${file} is new and runs on ${database}`;
  }
  if (change === "removed") return `${file} is gone: a database that has run it cannot be checked against it`;
  return `${file} CHANGED: ${database} may have run it already, and then refuses it`;
}

function requestTexts({ before, after }: StackDifference["requests"]): readonly string[] {
  const least = requestText(before.least, after.least);
  const most = requestText(before.most, after.most);
  if (least === undefined && most === undefined) return [];
  if (JSON.stringify([before.least, after.least]) === JSON.stringify([before.most, after.most])) {
    return [least ?? ""];
  }
  return [`${least ?? "unchanged"} at least; ${most ?? "unchanged"} with every autoscaler at its most`];
}

function requestText(before: Requests, after: Requests): string | undefined {
  const cpu = amountText("CPU", before.cpu, after.cpu, cpuText);
  const memory = amountText("memory", before.memory, after.memory, memoryText);
  return cpu === undefined && memory === undefined
    ? undefined
    : [cpu, memory].filter((one) => one !== undefined).join(", ");
}

function amountText(name: string, before: number, after: number, text: (amount: number) => string): string | undefined {
  if (before === after) return undefined;
  return `${name} ${text(before)} → ${text(after)} (${after > before ? "+" : "−"}${text(Math.abs(after - before))})`;
}

function cpuText(millicores: number): string {
  return `${millicores}m`;
}

function memoryText(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)}Mi`;
}
