import { fieldsOfOthers } from "../../model/ownership.ts";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { redactAll, redactor } from "../watch/redact.ts";
import { changedFields, type FieldDifference } from "./compare.ts";
import { addedFields, isHandMade, writerOf, type Writer } from "./managed-fields.ts";
import { formatPath } from "./path.ts";
import { secretTexts } from "../engine/secret-values.ts";
import type { RecordedObject } from "./recorded.ts";

/** One field that drifted, fit to be shown. */
export interface DriftedField {
  /** `spec.template.spec.containers[crm].image`. */
  readonly path: string;
  /** Left out where the state has nothing there, and for secrets. */
  readonly expected?: unknown;
  /** Left out where nothing is there any more, and for secrets. */
  readonly found?: unknown;
  /** True where the values are secret and not shown. */
  readonly secret: boolean;
  /** Who wrote the live value, where the API server knows. */
  readonly by?: Writer;
}

/** One object that is not as the engine left it. */
export interface DriftedObject {
  /** `Deployment bizosaas-dev/bizosaas-crm`. */
  readonly object: string;
  /** Its Pulumi name; left out for one that the engine does not know. */
  readonly resource?: string;
  /** `missing`: gone; `changed`: other fields; `unknown`: made by hand among the stack's own. */
  readonly kind: "missing" | "changed" | "unknown";
  readonly fields: readonly DriftedField[];
}

/** What the cluster holds of a stack. */
export interface LiveObjects {
  /** Objects as the API server has them, with `apiVersion` and `kind`. */
  readonly objects: readonly PlainObject[];
  /** Kinds in namespaces that may not be read: `Secret bizosaas-dev`. Nothing is said of them. */
  readonly unreadable: readonly string[];
}

/** What differs between a stack's state and its cluster. */
export interface DriftReport {
  readonly stack: string;
  /** How many objects of the state were compared. */
  readonly compared: number;
  readonly drifted: readonly DriftedObject[];
  readonly unreadable: readonly string[];
}

/**
 * What differs between the engine's state and the cluster, less what others own: fields that the engine never set, what
 * an autoscaler scales, status, and what controllers make of the stack's objects.
 */
export function drift(stack: string, recorded: readonly RecordedObject[], live: LiveObjects): DriftReport {
  const byIdentity = new Map(live.objects.map((object) => [identity(object), object]));
  const inputs = recorded.map((one) => one.inputs);
  const readable = recorded.filter(({ kind, namespace }) => !live.unreadable.includes(place(kind, namespace)));
  const known = new Set(recorded.map((one) => name(one)));
  const redact = redactor(recorded.flatMap((one) => secretTexts(one.inputs)));
  const drifted = [
    ...readable.flatMap((one) => driftOf(one, byIdentity.get(name(one)), inputs)),
    ...live.objects.filter((object) => !known.has(identity(object)) && isStray(object, inputs)).map(stray),
  ];
  return {
    stack,
    compared: readable.length,
    drifted: redactAll(drifted, redact).sort((a, b) => (a.object < b.object ? -1 : 1)),
    unreadable: live.unreadable,
  };
}

/** What `unreadable` calls a kind in a namespace. */
export function place(kind: string, namespace: string | undefined): string {
  return namespace === undefined ? kind : `${kind} ${namespace}`;
}

function driftOf(
  recorded: RecordedObject,
  live: PlainObject | undefined,
  all: readonly PlainObject[],
): readonly DriftedObject[] {
  const { resource, inputs } = recorded;
  if (!live) return [{ object: name(recorded), resource, kind: "missing", fields: [] }];
  const others = fieldsOfOthers(inputs, all).map(({ path }) => formatPath(path));
  const fields = [...changedFields(inputs, live), ...addedFields(inputs, live)]
    .map((difference) => shown(difference, live))
    .filter(({ path }) => !others.some((field) => path === field || path.startsWith(`${field}.`)));
  return fields.length === 0 ? [] : [{ object: name(recorded), resource, kind: "changed", fields }];
}

function shown({ path, expected, found, secret }: FieldDifference, live: PlainObject): DriftedField {
  const by = writerOf(live, path);
  return {
    path: formatPath(path),
    ...(secret || expected === undefined ? {} : { expected }),
    ...(secret || found === undefined ? {} : { found }),
    secret,
    ...(by ? { by } : {}),
  };
}

/** An object that somebody made by hand among the stack's own, and that no object of the stack refers to. */
function isStray(object: PlainObject, inputs: readonly PlainObject[]): boolean {
  const { metadata } = object;
  if (!isPlainObject(metadata) || metadata["ownerReferences"] !== undefined) return false;
  return isHandMade(object) && !certificates(inputs).includes(String(metadata["name"]));
}

/** Secrets with certificates, which the stack's Ingresses name and somebody else provides. */
function certificates(inputs: readonly PlainObject[]): readonly string[] {
  return inputs.flatMap(({ kind, spec }) => {
    const tls = kind === "Ingress" && isPlainObject(spec) ? spec["tls"] : undefined;
    if (!Array.isArray(tls)) return [];
    return (tls as readonly unknown[]).flatMap((entry) => (isPlainObject(entry) ? [String(entry["secretName"])] : []));
  });
}

function stray(object: PlainObject): DriftedObject {
  return { object: identity(object), kind: "unknown", fields: [] };
}

function name({ kind, namespace, name: own }: Pick<RecordedObject, "kind" | "namespace" | "name">): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${own}`;
}

function identity({ kind, metadata }: PlainObject): string {
  const { namespace, name: own } = isPlainObject(metadata) ? metadata : {};
  return name({
    kind: String(kind),
    name: String(own),
    ...(typeof namespace === "string" ? { namespace } : {}),
  });
}
