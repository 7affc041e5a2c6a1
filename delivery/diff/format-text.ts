import { createColors } from "picocolors";
import type { Difference } from "./difference.ts";
import { alsoText, listed, rowsOf, type Row, type RowLine } from "./rows.ts";
import { summaryOf } from "./summary.ts";

export interface TextOptions {
  /** Default false. */
  readonly color?: boolean;
}

const MOST_SUBJECTS = 6;
const MOST_OBJECTS = 24;

/** Lines of one section; the rest is counted. */
const MOST_LINES = 12;
const SIGNS = { added: "+", removed: "-", changed: "~" } as const;

/** A difference for a terminal: what changes, why, what will happen; then what it means for the stacks as a whole. */
export function formatText(difference: Difference, { color = false }: TextOptions = {}): string {
  const { bold, dim, green, red, yellow } = createColors(color);
  const summary = summaryOf(difference);
  const paint = { added: green, removed: red, changed: yellow };
  const rowText = (row: Row): readonly string[] => [
    "",
    `${paint[row.change](`${SIGNS[row.change]} ${listed(row.subjects, MOST_SUBJECTS)}`)}${dim(where(row.stacks, difference))}`,
    ...row.lines.map((line) => `    ${plain(line)}`),
    ...row.effects.map((line) => `    ${bold(plain(line))}`),
    ...(row.causes.length === 0 ? [] : [dim(`    why: ${row.causes.map(plain).join("; ")}`)]),
    ...objectsText(row).map((line) => dim(`    ${line}`)),
  ];
  const section = (title: string, lines: readonly string[], none: string) =>
    lines.length === 0
      ? [`${bold(title)} ${none}`]
      : [
          bold(title),
          ...lines.slice(0, MOST_LINES).map((line) => `    ${line}`),
          ...(lines.length > MOST_LINES ? [`    … and ${lines.length - MOST_LINES} more (--json shows all)`] : []),
        ];
  if (difference.stacks.every(({ change }) => change === "unchanged")) return `${summary.headline}.`;
  return [
    bold(summary.headline),
    ...summary.stacks,
    ...rowsOf(difference).flatMap(rowText),
    "",
    ...section("Blast radius:", summary.blastRadius.map(plain), "nobody else"),
    ...section(
      "Rules newly broken:",
      summary.broken.map((line) => red(plain(line))),
      "none",
    ),
    ...(summary.mended.length === 0 ? [] : section("Rules mended:", summary.mended.map(plain), "")),
    ...section("Migrations:", summary.migrations.map(plain), "none"),
    ...section("Requests:", summary.requests.map(plain), "unchanged"),
  ].join("\n");
}

// Of one subject each object by name; of many that change alike, how many of each kind.
function objectsText({ objects }: Row): readonly string[] {
  const [only, ...others] = objects;
  const lines = objects.flatMap((one) => one.objects);
  if (!only || lines.length === 0) return [];
  if (others.length === 0) return [listed(only.objects.map(plain), MOST_OBJECTS)];
  const kinds = new Map<string, number>();
  for (const { text } of lines) {
    const kind = text.replace(/ [^ ]+$/, "");
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [[...kinds].map(([kind, count]) => `${count} × ${kind}`).join(", ")];
}

function plain(line: RowLine): string {
  const { text, stacks } = line;
  return `${text}${stacks.length === 0 ? "" : ` (${stacks.join(", ")})`}${alsoText(line)}`;
}

// Every stack that changes is what a reader expects; fewer are worth saying.
function where(stacks: readonly string[], difference: Difference): string {
  const changed = difference.stacks.filter(({ change }) => change !== "unchanged");
  return stacks.length === changed.length ? "" : `  only in ${stacks.join(", ")}`;
}
