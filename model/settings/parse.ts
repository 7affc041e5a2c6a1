import type { z } from "zod";
import type { Issue } from "../issue.ts";
import { isPlainObject, type PlainObject } from "../overlay.ts";
import { isPrivateKey } from "./public-key.ts";
import { settingsSchema, type StackSettings } from "./schema.ts";

/** What a stack file says, before anybody has looked at it. */
export interface RawSettings {
  /** The values under the project's name, without the prefix: `cluster`, `images`, `platforms`. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Which secrets the stack's configuration holds, as `PLATFORM.NAME`. Never their values. */
  readonly secrets: readonly string[];
}

/** The settings as far as they can be understood, and everything that cannot. */
export interface ParsedSettings {
  /** Present even with issues, with the offending parts left out, so that later checks can report theirs too. */
  readonly settings: StackSettings | undefined;
  readonly issues: readonly Issue[];
}

// Each round removes at least one value, so this bounds only a stack file that is nearly all wrong.
const SALVAGE_ROUNDS = 200;

const STAND_IN = { images: { registry: "unknown" }, platforms: {} } satisfies StackSettings;

/** Reads a stack's settings strictly: unknown keys and wrong types are issues, all of them at once. */
export function parseSettings(raw: RawSettings): ParsedSettings {
  const first = settingsSchema.safeParse(raw.values);
  if (first.success) return { settings: first.data, issues: [] };
  const issues = first.error.issues.flatMap((issue) => toIssues(issue, raw.values));

  let rest: PlainObject = raw.values;
  for (let round = 0; round < SALVAGE_ROUNDS; round += 1) {
    // A required section that is missing or had to go must not hide what is wrong in the others.
    const attempt = settingsSchema.safeParse({ ...STAND_IN, ...rest });
    if (attempt.success) return { settings: attempt.data, issues };
    rest = withoutOffenders(rest, attempt.error.issues);
  }
  return { settings: undefined, issues };
}

/** A property path as Pulumi writes it: `fleet:platforms.bizosaas.services.crm.port`. */
export function settingsPath(path: readonly PropertyKey[]): string {
  return `fleet:${path.map(String).join(".")}`;
}

function toIssues(issue: z.core.$ZodIssue, values: unknown): Issue[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: settingsPath([...issue.path, key]),
      problem: "unknown key",
      allowed: "a key that docs/configuration.md lists here",
      fix: `correct the spelling or remove it: pulumi config rm --path '${settingsPath([...issue.path, key])}'`,
    }));
  }
  const value = valueAt(values, issue.path);
  return [
    {
      path: settingsPath(issue.path),
      problem: value === undefined ? "missing" : "not acceptable",
      ...(value === undefined || isPrivateKey(value) ? {} : { value }),
      allowed: allowedBy(issue),
      fix: `pulumi config set --path '${settingsPath(issue.path)}' VALUE`,
    },
  ];
}

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `a value of type ${issue.expected}`;
    case "too_small":
      return `at least ${String(issue.minimum)}${issue.origin === "string" ? " characters" : ""}`;
    case "too_big":
      return `at most ${String(issue.maximum)}${issue.origin === "string" ? " characters" : ""}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_key":
      return issue.issues.map((reason) => reason.message).join("; ");
    default:
      return issue.message;
  }
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const key of path) {
    if (Array.isArray(value)) value = (value as readonly unknown[])[Number(key)];
    else if (isPlainObject(value) && Object.hasOwn(value, key)) value = value[String(key)];
    else return undefined;
  }
  return value;
}

function withoutOffenders(data: PlainObject, issues: readonly z.core.$ZodIssue[]): PlainObject {
  const paths = issues.flatMap((issue) => offenders(data, issue));
  // From the last to the first, so that what stands later in a list keeps its index until its turn.
  const rest = paths.reduceRight<unknown>((left, path) => removeAt(left, path), data);
  return isPlainObject(rest) ? rest : {};
}

function offenders(data: PlainObject, issue: z.core.$ZodIssue): readonly (readonly PropertyKey[])[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [...issue.path, key]);
  // A required value that is missing cannot be removed: the object that lacks it goes instead.
  const path = [...issue.path];
  while (path.length > 0 && valueAt(data, path) === undefined) path.pop();
  return path.length === 0 ? [] : [path];
}

function removeAt(data: unknown, path: readonly PropertyKey[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return data;
  if (Array.isArray(data)) {
    const items: readonly unknown[] = data;
    return rest.length === 0
      ? items.filter((_, index) => index !== Number(key))
      : items.map((item, index) => (index === Number(key) ? removeAt(item, rest) : item));
  }
  if (!isPlainObject(data) || !Object.hasOwn(data, key)) return data;
  if (rest.length === 0) return Object.fromEntries(Object.entries(data).filter(([name]) => name !== String(key)));
  return { ...data, [String(key)]: removeAt(data[String(key)], rest) };
}
