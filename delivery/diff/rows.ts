import type { Cause } from "./causes.ts";
import type { Difference, StackDifference, SubjectDifference } from "./difference.ts";
import type { Effect } from "./effects.ts";

/** A line and the stacks it holds in; no stacks where it holds wherever its row does. */
export interface RowLine {
  readonly text: string;
  readonly stacks: readonly string[];
  /** What else the line is true of, each where that is. */
  readonly also?: readonly RowLine[];
}

/** How many fields that change alike one line names before it only counts. */
const MOST_NAMES = 8;

/** What is told once of subjects that change alike, in whatever stacks. */
export interface Row {
  readonly subjects: readonly string[];
  readonly change: SubjectDifference["change"];
  readonly stacks: readonly string[];
  readonly lines: readonly RowLine[];
  readonly causes: readonly RowLine[];
  readonly effects: readonly RowLine[];
  readonly objects: readonly SubjectObjects[];
}

/** The objects of one subject that differ. */
export interface SubjectObjects {
  readonly subject: string;
  readonly objects: readonly RowLine[];
}

/** Lines of one subject, or of one thing that is told of the whole branch, with the stacks they hold in. */
export function mergeLines(perStack: readonly (readonly [string, readonly string[]])[]): readonly RowLine[] {
  const stacks = perStack.map(([stack]) => stack);
  const lines = new Map<string, string[]>();
  for (const [stack, texts] of perStack) {
    for (const text of new Set(texts)) lines.set(text, [...(lines.get(text) ?? []), stack]);
  }
  return [...lines].map(([text, where]) => ({ text, stacks: where.length === stacks.length ? [] : where }));
}

/** Every subject of every stack, each told once; subjects that change alike in one row. */
export function rowsOf({ stacks }: Difference): readonly Row[] {
  const subjects = [...new Set(stacks.flatMap((stack) => stack.subjects.map(({ subject }) => subject)))].sort();
  const rows = new Map<string, Row>();
  for (const row of subjects.flatMap((subject) => rowsOfSubject(subject, stacks))) {
    // The names of objects differ between subjects that change alike; the details list them.
    const key = JSON.stringify([row.change, row.stacks, row.lines, row.causes, row.effects]);
    const same = rows.get(key);
    rows.set(key, same ? merged(same, row) : row);
  }
  const order = ["removed", "added", "changed"];
  return [...rows.values()].sort(
    (a, b) => order.indexOf(a.change) - order.indexOf(b.change) || Number(isFollower(a)) - Number(isFollower(b)),
  );
}

function merged(row: Row, other: Row): Row {
  return { ...row, subjects: [...row.subjects, ...other.subjects], objects: [...row.objects, ...other.objects] };
}

function isFollower({ causes }: Row): boolean {
  return causes.every(({ text }) => text.startsWith(FOLLOWS));
}

function rowsOfSubject(subject: string, stacks: readonly StackDifference[]): readonly Row[] {
  const found = stacks.flatMap(({ stack, subjects }) =>
    subjects.filter((one) => one.subject === subject).map((one) => ({ stack, ...one })),
  );
  return (["removed", "added", "changed"] as const).flatMap((change) => {
    const alike = found.filter((one) => one.change === change);
    if (alike.length === 0) return [];
    const merge = (texts: (one: SubjectDifference) => readonly string[]) =>
      mergeLines(alike.map((one) => [one.stack, texts(one)]));
    return [
      {
        subjects: [subject],
        change,
        stacks: alike.map(({ stack }) => stack),
        lines: change === "changed" ? changeLinesOf(alike) : [],
        causes: merge(({ causes }) => causeTexts(causes)),
        effects: merge(({ effects }) => effectTexts(effects)),
        objects: [
          {
            subject,
            objects: merge(({ objects }) => objects.map(({ kind, name, change: how }) => objectText(kind, name, how))),
          },
        ],
      },
    ];
  });
}

function changeLinesOf(alike: readonly (SubjectDifference & { readonly stack: string })[]): readonly RowLine[] {
  return mergeLines(alike.map(({ stack, lines }) => [stack, lines.map(({ text }) => text)])).map((line) => {
    const within = alike.filter(({ lines }) => lines.some(({ text }) => text === line.text));
    const also = within.map(
      ({ stack, lines }) => [stack, lines.filter(({ text }) => text === line.text).flatMap((one) => one.also)] as const,
    );
    return { ...line, also: mergeLines(also) };
  });
}

const SIGNS = { added: "+ ", removed: "- ", changed: "" } as const;

function objectText(kind: string, name: string, change: keyof typeof SIGNS): string {
  return `${SIGNS[change]}${kind} ${name}`;
}

const FOLLOWS = "follows ";

/** Where a reader finds the cause: file, line and what stands there. Many files are counted. */
export function causeTexts(causes: readonly Cause[]): readonly string[] {
  const files = causes.flatMap((cause) => (cause.kind === "file" ? [cause.file] : []));
  const [first, ...others] = files;
  return [
    ...causes.flatMap((cause) => {
      switch (cause.kind) {
        case "file":
          return [];
        case "follows":
          return [`${FOLLOWS}${cause.subject}`];
        default:
          return [
            `${cause.file}:${cause.line}${cause.what === "" ? "" : ` ${shownSetting(cause.what)}`}${cause.removed ? ", removed" : ""}`,
          ];
      }
    }),
    ...(first === undefined ? [] : [`${first}${others.length === 0 ? "" : ` and ${others.length} more files`}`]),
  ];
}

// In a row about a service, its own settings need no more than their own names.
function shownSetting(what: string): string {
  return what.replace(/^fleet:(platforms\.[^.]+\.((services|datastores)\.[^.]+\.)?)?/, "");
}

/** What will happen, in words, without repeats. */
export function effectTexts(effects: readonly Effect[]): readonly string[] {
  const texts = effects.map(({ kind, object, reason }) => {
    switch (kind) {
      case "restarts":
        return `pods restart (${reason})`;
      case "interrupts":
        return `interrupted: ${reason}`;
      case "replaces":
        return `${object} is replaced: ${reason}`;
      case "runs":
        return `${object} runs`;
      case "losesData":
        return `DATA LOSS: ${object} goes, and ${reason}`;
    }
  });
  return [...new Set(texts)];
}

/** Of what a line is true as well, as the end of its sentence. */
export function alsoText({ also = [] }: RowLine): string {
  if (also.length === 0) return "";
  const names = also.map(({ text, stacks }) => (stacks.length === 0 ? text : `${text} (${stacks.join(", ")})`));
  return `; also ${listed(names, MOST_NAMES)}`;
}

/** At most so many names, then how many more there are. */
export function listed(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
