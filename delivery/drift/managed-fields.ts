import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import type { FieldDifference } from "./compare.ts";
import { itemWith, type Step } from "./path.ts";
import { SecretValue } from "../engine/secret-values.ts";

/** Who last wrote a field, and when (Kubernetes: Server-Side Apply, field management). */
export interface Writer {
  /** The tool, as it calls itself: `kubectl-patch`. */
  readonly manager: string;
  /** As the API server has it: `2026-11-21T14:05:00Z`. */
  readonly time?: string;
}

interface Entry extends Writer {
  readonly subresource: string;
  readonly fields: PlainObject;
}

/** Tools that people change objects by. What they add, nobody keeps up; what a controller adds is the controller's. */
const HAND_TOOLS = /^(kubectl|k9s|lens|before-first-apply)/i;

/** The engine's own managers, of the official provider and of the stand-in. */
const ENGINE = /^pulumi-/;

/** kubectl's note to itself. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Whether somebody made or changed an object by hand. */
export function isHandMade(live: PlainObject): boolean {
  return entriesOf(live).some(({ manager }) => HAND_TOOLS.test(manager));
}

/** The fields that somebody added by hand to what the engine set. */
export function addedFields(inputs: PlainObject, live: PlainObject): readonly FieldDifference[] {
  const found = entriesOf(live)
    .filter(({ manager, subresource }) => HAND_TOOLS.test(manager) && subresource === "")
    .flatMap(({ fields }) => additions(fields, inputs, live, []));
  const secret = live["kind"] === "Secret";
  const byPath = new Map(found.map((one) => [JSON.stringify(one.path), one]));
  return [...byPath.values()].map(({ path, value }) => ({
    path,
    expected: undefined,
    found: value,
    secret: secret && path[0] !== "metadata",
  }));
}

interface Addition {
  readonly path: readonly Step[];
  readonly value: unknown;
}

function additions(fields: PlainObject, expected: unknown, live: unknown, path: readonly Step[]): readonly Addition[] {
  const known = expected instanceof SecretValue ? expected.value : expected;
  return Object.entries(fields).flatMap(([field, inner]): readonly Addition[] => {
    const found = stepInto(field, known, live);
    if (!found || found.step === LAST_APPLIED || (path.length === 0 && found.step === "status")) return [];
    const here = [...path, found.step];
    if (found.live === undefined) return [];
    if (found.expected === undefined) return [{ path: here, value: found.live }];
    return isPlainObject(inner) ? additions(inner, found.expected, found.live, here) : [];
  });
}

/** What a step of `fieldsV1` leads to: `f:` a field, `k:` an item of a list by its keys. Others name no field. */
function stepInto(
  field: string,
  expected: unknown,
  live: unknown,
): { readonly step: Step; readonly expected: unknown; readonly live: unknown } | undefined {
  if (field.startsWith("f:")) {
    const step = field.slice(2);
    return { step, expected: fieldOf(expected, step), live: fieldOf(live, step) };
  }
  if (!field.startsWith("k:")) return undefined;
  const keys: unknown = JSON.parse(field.slice(2));
  if (!isPlainObject(keys)) return undefined;
  return { step: { keys }, expected: itemWith(expected, keys), live: itemWith(live, keys) };
}

function fieldOf(value: unknown, name: string): unknown {
  return isPlainObject(value) ? value[name] : undefined;
}

/** Who else than the engine owns a field; the latest where there are several. */
export function writerOf(live: PlainObject, path: readonly Step[]): Writer | undefined {
  const owners = entriesOf(live).filter(({ manager, fields }) => !ENGINE.test(manager) && owns(fields, path));
  const [latest] = [...owners].sort((a, b) => (b.time ?? "").localeCompare(a.time ?? ""));
  return latest && { manager: latest.manager, ...(latest.time === undefined ? {} : { time: latest.time }) };
}

function owns(fields: PlainObject, [step, ...rest]: readonly Step[]): boolean {
  // Lists without keys are owned whole.
  if (step === undefined || typeof step === "number") return true;
  const inner = Object.entries(fields).find(([field]) => isStep(field, step))?.[1];
  if (!isPlainObject(inner)) return false;
  return Object.keys(inner).length === 0 || owns(inner, rest);
}

function isStep(field: string, step: Exclude<Step, number>): boolean {
  if (typeof step === "string") return field === `f:${step}`;
  if (!field.startsWith("k:")) return false;
  const keys: unknown = JSON.parse(field.slice(2));
  return isPlainObject(keys) && Object.entries(step.keys).every(([key, value]) => keys[key] === value);
}

function entriesOf({ metadata }: PlainObject): readonly Entry[] {
  const entries = isPlainObject(metadata) ? metadata["managedFields"] : undefined;
  if (!Array.isArray(entries)) return [];
  return (entries as readonly unknown[]).flatMap((entry): Entry[] => {
    if (!isPlainObject(entry) || !isPlainObject(entry["fieldsV1"])) return [];
    const { manager, subresource, time, fieldsV1 } = entry;
    return [
      {
        manager: typeof manager === "string" ? manager : "",
        subresource: typeof subresource === "string" ? subresource : "",
        fields: fieldsV1,
        ...(typeof time === "string" ? { time } : {}),
      },
    ];
  });
}
