import Table from "cli-table3";
import { createColors } from "picocolors";
import type { Violation } from "../../policy/evaluate.ts";
import { ExitCode } from "./exit-code.ts";

/** What the rules say of a stack, rendered or live. */
export interface RuleReport {
  /** What was judged: `prod as rendered`. */
  readonly subject: string;
  /** How many objects were judged. */
  readonly objects: number;
  /** Mandatory ones first. */
  readonly violations: readonly Violation[];
}

/** The day that exceptions are held against, in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Advice passes; a broken mandatory rule fails. */
export function ruleExitCode({ violations }: RuleReport): ExitCode {
  return violations.some(({ level }) => level === "mandatory") ? ExitCode.failed : ExitCode.ok;
}

/** How many places of one rule are shown; `--json` has them all. */
const PLACES_SHOWN = 8;

/** The report for a terminal: a row a rule, with the places that break it and what to do. */
export function formatRuleReport(report: RuleReport, { color }: { readonly color: boolean }): string {
  const { bold, dim, red, yellow, green } = createColors(color);
  const { subject, objects, violations } = report;
  if (violations.length === 0) return green(`✓ ${subject}: ${objects} objects break no rule.`);
  const table = new Table({ head: ["Rule", "Broken by"].map(bold), style: { head: [], border: [] } });
  for (const [rule, broken] of groupedByRule(violations)) {
    const [{ level, fix }] = broken;
    const more = broken.length - PLACES_SHOWN;
    table.push([
      `${rule}\n${level === "mandatory" ? red(level) : yellow(level)}`,
      [
        ...broken.slice(0, PLACES_SHOWN).map(formatPlace),
        ...(more > 0 ? [dim(`… and ${more} more; --json has all`)] : []),
        `${bold("fix:")} ${fix}`,
      ].join("\n"),
    ]);
  }
  const count = (level: Violation["level"]) => violations.filter((violation) => violation.level === level).length;
  const summary = `${subject}: ${objects} objects, ${count("mandatory")} mandatory violations, ${count("advisory")} advisory`;
  return `${table.toString()}\n${summary}`;
}

type Group = readonly [Violation, ...Violation[]];

function groupedByRule(violations: readonly Violation[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const violation of violations) {
    groups.set(violation.rule, [...(groups.get(violation.rule) ?? []), violation] as unknown as Group);
  }
  return groups;
}

function formatPlace({ object, path, problem, value, expired }: Violation): string {
  const place = path === "" ? "" : `\n  ${path}`;
  const shown = value === undefined ? "" : ` (${JSON.stringify(value)})`;
  const lapsed = expired ? `\n  exception of ${expired.owner} expired on ${expired.expires}: ${expired.reason}` : "";
  return `${object}${place} ${problem}${shown}${lapsed}`;
}
