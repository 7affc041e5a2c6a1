import { isPlainObject } from "../../model/overlay.ts";
import { fieldName } from "./field-names.ts";
import type { FieldChange, ObjectChange } from "./object-changes.ts";

/** Values longer than this are cut in the middle. */
const LONGEST_VALUE = 60;

/** Annotations whose change says no more than that something else changed. */
const CONSEQUENCES = new Set(["fleet.dev/config-hash", "fleet.dev/secret-hash"]);

/** One change in words, and the other fields that change alike. */
export interface ChangeLine {
  /** `port 8004 → 9004`. */
  readonly text: string;
  /** Names of the other fields: `Service port`, `variable PORT`. */
  readonly also: readonly string[];
}

interface Phrase {
  readonly name: string;
  /** `8004 → 9004`, `added: 1`, `removed`. Equal ones share a line. */
  readonly change: string;
  readonly rank: number;
}

/**
 * What differs in a service's objects, in words: "memory limit 512Mi → 768Mi". Fields that change alike share a line,
 * named by the most telling of them. No value of a Secret is shown.
 */
export function changeLines(changes: readonly ObjectChange[]): readonly ChangeLine[] {
  const phrases = changes.flatMap((change) => change.fields.flatMap((field) => phrase(change, field)));
  phrases.sort((a, b) => a.rank - b.rank || compare(a.name, b.name));
  const alike = new Map<string, string[]>();
  for (const { name, change } of phrases) {
    const names = alike.get(change) ?? [];
    if (!names.includes(name)) alike.set(change, [...names, name]);
  }
  return [...alike].map(([change, [first = "", ...also]]) => ({ text: `${first} ${change}`, also }));
}

function phrase(object: ObjectChange, field: FieldChange): readonly Phrase[] {
  const { path } = field;
  if (CONSEQUENCES.has(path.at(-1) ?? "")) return [];
  const kind = object.after?.["kind"] ?? object.before?.["kind"];
  if (kind === "Secret" && (path[0] === "stringData" || path[0] === "data")) return [secretPhrase(field)];
  const { name, unit = "", rank } = fieldName(path);
  const file = path[0] === "data" && isFile(path[1] ?? "", field);
  if (file) return [{ name: `file ${path[1] ?? ""}`, change: presence(field), rank }];
  return [{ name, change: transition(field, unit), rank }];
}

const FINGERPRINT = /<secret [^>]*>/g;

// Around a secret's fingerprint stands what is not secret, but a Secret may also hold what nobody declared as one.
function secretPhrase({ path, before, after }: FieldChange): Phrase {
  const name = `secret ${path.slice(1).join(".")}`;
  const rank = 0;
  if (typeof before !== "string" || typeof after !== "string") {
    return { name, change: presence({ path, before, after }), rank };
  }
  const [was, is] = [before, after].map((text) => [...text.matchAll(FINGERPRINT)].map(([mark]) => mark));
  const same = JSON.stringify(was) === JSON.stringify(is);
  return { name, change: same ? "changes around the same secret value" : "has a new value", rank };
}

function isFile(name: string, { before, after }: FieldChange): boolean {
  const multiline = [before, after].some((value) => typeof value === "string" && value.includes("\n"));
  return multiline || /\.\w+$/.test(name);
}

function presence({ before, after }: FieldChange): string {
  if (before === undefined) return "added";
  return after === undefined ? "removed" : "changed";
}

function transition({ path, before, after }: FieldChange, unit: string): string {
  if (path.length === 0) return "changes";
  // What a list is keyed by is its whole value.
  if (after === true && before === undefined) return "added";
  if (before === true && after === undefined) return "removed";
  if (before === undefined) return `added${valueAfter(after, unit)}`;
  if (after === undefined) return `removed${was(before, unit)}`;
  if (MASKED.test(text(before)) && MASKED.test(text(after)))
    return "has a new value; it looks like a secret, not shown";
  const [from, to] = withoutCommonHead(text(before), text(after));
  return `${from}${unit} → ${to}${unit}`;
}

function valueAfter(value: unknown, unit: string): string {
  return isPlainObject(value) ? "" : `: ${shortened(text(value))}${unit}`;
}

function was(value: unknown, unit: string): string {
  return isPlainObject(value) ? "" : ` (was ${shortened(text(value))}${unit})`;
}

// A snapshot holds this where somebody wrote a secret in the clear; its mark differs between stacks and tells nothing.
const MASKED = /^<looks like a secret, not shown: \w+>$/;

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Cuts what both texts begin with, at a delimiter: `http://crm.dev:8004` and `…:9004` become `…:8004` and `…:9004`. */
function withoutCommonHead(before: string, after: string): readonly [string, string] {
  const worthwhile = 12;
  let end = 0;
  while (end < before.length && before[end] === after[end]) end += 1;
  const head = /^.*[:/.,@=\s]/s.exec(before.slice(0, end))?.[0].length ?? 0;
  if (head < worthwhile) return [shortened(before), shortened(after)];
  return [shortened(`…${before.slice(head - 1)}`), shortened(`…${after.slice(head - 1)}`)];
}

function shortened(value: string): string {
  if (MASKED.test(value)) return "looks like a secret, not shown";
  const line = value.replaceAll(/\s+/g, " ");
  if (line === "") return '""';
  if (line.length <= LONGEST_VALUE) return line;
  const half = Math.floor((LONGEST_VALUE - 1) / 2);
  return `${line.slice(0, half)}…${line.slice(-half)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
