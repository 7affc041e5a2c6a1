import type { Difference } from "./difference.ts";
import { alsoText, listed, rowsOf, type Row, type RowLine } from "./rows.ts";
import { summaryOf } from "./summary.ts";

/** GitHub refuses a comment that is longer, in characters (GitHub REST API, issue comments). */
export const COMMENT_LIMIT = 65_536;

/** The first line of each comment: by it a workflow finds the one to update. */
export const COMMENT_MARK = "<!-- fleet diff -->";

export interface MarkdownOptions {
  /** Longest text in characters. Default: what GitHub takes. */
  readonly limit?: number;
  /** The difference of the canonical manifests, shown folded where it fits. Left out: not shown. */
  readonly manifests?: string;
}

const MOST_SUBJECTS = 6;
const MOST_LINES = 12;
const SIGNS = { added: "🟢 new", removed: "🔴 removed", changed: "" } as const;

/**
 * A difference as a comment on a pull request. What is most worth reading comes first; what does not fit is counted,
 * and stands whole among the files that `fleet diff --out` writes.
 */
export function formatMarkdown(difference: Difference, options: MarkdownOptions = {}): string {
  const { limit = COMMENT_LIMIT, manifests = "" } = options;
  const summary = summaryOf(difference);
  const { reference, commit } = difference.base;
  const head = [
    COMMENT_MARK,
    `### ${escaped(summary.headline)}`,
    ...summary.stacks.map((line) => `\n> ${escaped(line)}`),
  ];
  const foot = `<sub>fleet diff against ${escaped(reference)} (${commit.slice(0, 8)}); the working tree rendered without a cluster</sub>`;
  if (difference.stacks.every(({ change }) => change === "unchanged")) return [...head, "", foot, ""].join("\n");

  const rows = rowsOf(difference);
  const facts = [
    fact("Blast radius", summary.blastRadius, "nobody else"),
    fact("Rules newly broken", summary.broken, "none", "🔴 "),
    ...(summary.mended.length === 0 ? [] : [fact("Rules mended", summary.mended, "", "🟢 ")]),
    fact("Migrations", summary.migrations, "none"),
    fact("Requests", summary.requests, "unchanged"),
  ].join("\n");
  const budget = new Budget(limit, [...head, "", facts, "", foot, ""].join("\n").length + ROOM_FOR_REMARKS);
  const table = boundedTable(rows, difference, budget);
  const objects = budget.take(folded("Objects", objectList(rows)));
  const patch = manifests === "" ? "" : budget.take(folded("Their manifests", fenced(manifests)));
  const missing = [
    ...(objects === undefined ? ["The list of objects"] : []),
    ...(patch === undefined ? ["The manifests' difference"] : []),
  ];
  return bounded(
    [
      ...head,
      "",
      table,
      "",
      facts,
      ...(objects === undefined ? [] : ["", objects]),
      ...(patch === undefined || patch === "" ? [] : ["", patch]),
      ...(missing.length === 0 ? [] : ["", `${missing.join(" and ")} did not fit: see the attached files.`]),
      "",
      foot,
      "",
    ].join("\n"),
    limit,
  );
}

const ROOM_FOR_REMARKS = 400;

/** Characters that are left; text that does not fit is left out whole. */
class Budget {
  readonly #limit: number;
  #used: number;

  constructor(limit: number, used: number) {
    this.#limit = limit;
    this.#used = used;
  }

  take(text: string): string | undefined {
    if (this.#used + text.length > this.#limit) return undefined;
    this.#used += text.length;
    return text;
  }
}

// Facts are bounded by their count of lines; only lines of unusual length get here.
function bounded(text: string, limit: number): string {
  const remark = "\n\n… cut: see the attached files.\n";
  return text.length <= limit ? text : `${text.slice(0, limit - remark.length)}${remark}`;
}

function boundedTable(rows: readonly Row[], difference: Difference, budget: Budget): string {
  const lines = ["| | What changes | What happens | Why |", "|---|---|---|---|"];
  for (const [index, row] of rows.entries()) {
    const line = budget.take(`${tableRow(row, difference)}\n`);
    if (line === undefined) {
      lines.push(`| … and ${rows.length - index} more rows in the attached files | | | |`);
      break;
    }
    lines.push(line.trimEnd());
  }
  return lines.join("\n");
}

function tableRow({ subjects, change, stacks, lines, effects, causes }: Row, difference: Difference): string {
  const changed = difference.stacks.filter((stack) => stack.change !== "unchanged");
  const who = [
    `**${cell(listed(subjects, MOST_SUBJECTS))}**`,
    ...(SIGNS[change] === "" ? [] : [SIGNS[change]]),
    ...(stacks.length === changed.length ? [] : [`only in ${cell(stacks.join(", "))}`]),
  ].join("<br>");
  return `| ${who} | ${cellLines(lines)} | ${cellLines(effects)} | ${cellLines(causes, true)} |`;
}

function cellLines(lines: readonly RowLine[], code = false): string {
  const shown = lines.slice(0, MOST_LINES).map((line) => (code ? codeStart(line) : inStacks(line)));
  const more = lines.length > MOST_LINES ? [`… and ${lines.length - MOST_LINES} more`] : [];
  return [...shown, ...more].join("<br>");
}

// The place in the source reads as code, what stands there as text.
function codeStart(line: RowLine): string {
  const [, place, rest = ""] = /^([\w./-]+\.\w+(?::\d+)?)(.*)$/s.exec(line.text) ?? [];
  if (place === undefined) return inStacks(line);
  return `\`${place}\`${inStacks({ ...line, text: rest })}`;
}

function inStacks(line: RowLine): string {
  const { text, stacks } = line;
  return `${cell(text)}${stacks.length === 0 ? "" : ` *(${cell(stacks.join(", "))})*`}${cell(alsoText(line))}`;
}

function fact(title: string, lines: readonly RowLine[], none: string, sign = ""): string {
  if (lines.length === 0) return `**${title}:** ${none}  `;
  const [only, ...others] = lines;
  if (only !== undefined && others.length === 0) return `**${title}:** ${sign}${inStacks(only)}  `;
  const shown = lines.slice(0, MOST_LINES).map((line) => `- ${sign}${inStacks(line)}`);
  const more = lines.length > MOST_LINES ? [`- … and ${lines.length - MOST_LINES} more`] : [];
  return [`\n**${title}:**`, ...shown, ...more, ""].join("\n");
}

function objectList(rows: readonly Row[]): string {
  return rows
    .flatMap(({ objects }) => objects)
    .filter(({ objects }) => objects.length > 0)
    .map(({ subject, objects }) => `- **${cell(subject)}**: ${objects.map(inStacks).join(", ")}`)
    .join("\n");
}

function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

// A fence longer than any inside, so that no manifest can end it.
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${text.trimEnd()}\n${fence}`;
}

/** Text in a table: nothing in it is taken for Markdown or HTML, and no value mentions a person. */
function cell(text: string): string {
  return escaped(text).replaceAll("|", "\\|");
}

function escaped(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/([\\`*_[\]~#])/g, "\\$1")
    .replaceAll(/@(?=\w)/g, "@\u{200B}");
}
