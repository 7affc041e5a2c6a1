import { createHash } from "node:crypto";
import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values.ts";
import { pathSteps } from "./difference.ts";
import { annotation, at, listAt, mapAt, textAt, type KubeObject } from "./object.ts";

/** The names of all field managers of Pulumi's kubernetes providers, official and stand-in. */
const FAMILY = "pulumi-kubernetes";

/**
 * The name under which a resource's fields are applied: the program's (`pulumi.com/patchFieldManager`), else the one in
 * the state, else one made from the URN. The same URN gives the same name, so that a create that was killed before it
 * was recorded is taken up again and leaves no field behind.
 */
export function fieldManagerOf(urn: string, inputs: KubeObject, state: PropertyMap = {}): string {
  const hash = createHash("sha256").update(urn).digest("hex").slice(0, 8);
  return (
    annotation(inputs, "pulumi.com/patchFieldManager") || textAt(state, "__fieldManager") || `${FAMILY}-standin-${hash}`
  );
}

/** Whether `manager` has applied fields of a live object. */
export function isManagedBy(live: KubeObject, manager: string): boolean {
  return listAt(live, "metadata", "managedFields").some((entry) => textAt(entry, "manager") === manager);
}

/** Tools whose one-off changes a program overrules, as the official provider has it: they own nothing for long. */
const PASSING_MANAGERS = ["kubectl", "before-first-apply", "pulumi-resource-kubernetes"];

function isPassing(entry: PropertyValue): boolean {
  const manager = textAt(entry, "manager");
  const creation = manager === FAMILY && textAt(entry, "operation") === "Update";
  return textAt(entry, "subresource") === "" && (creation || PASSING_MANAGERS.some((name) => manager.startsWith(name)));
}

/** Whether the object was created by the official provider and has not been updated since: its fields are ours. */
export function isNewlyCreated(live: KubeObject): boolean {
  return listAt(live, "metadata", "managedFields").some(
    (entry) => textAt(entry, "manager") === FAMILY && textAt(entry, "operation") === "Update",
  );
}

/**
 * The object's managed fields with all that passing managers own handed over to `manager`; undefined if there is
 * nothing to hand over. What the program does not have is removed by the next apply, hand-made additions among it.
 */
export function handedOver(live: KubeObject, manager: string): PropertyValue[] | undefined {
  const entries = listAt(live, "metadata", "managedFields");
  const passing = entries.filter(isPassing);
  const [model] = passing;
  if (!isMap(model)) return undefined;
  const isOurs = (entry: PropertyValue) =>
    textAt(entry, "manager") === manager && textAt(entry, "operation") === "Apply";
  const ours = entries.find(isOurs);
  const fieldsV1 = [...passing, ...(ours === undefined ? [] : [ours])]
    .map((entry) => mapAt(entry, "fieldsV1"))
    .reduce(merged, {});
  const entry = { ...(isMap(ours) ? ours : model), manager, operation: "Apply", fieldsV1 };
  return [...entries.filter((other) => !isPassing(other) && !isOurs(other)), entry];
}

function merged(a: PropertyMap, b: PropertyMap): PropertyMap {
  const result = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = result[key];
    result[key] = isMap(before) && isMap(value) ? merged(before, value) : value;
  }
  return result;
}

/**
 * The object to apply where the user ignores changes of some fields: those that another manager owns are left out, so
 * that it keeps them; the others keep their live value. Paths into lists are left as the engine gives them.
 */
export function withIgnored(
  object: KubeObject,
  live: KubeObject,
  ignoreChanges: readonly string[],
  manager: string,
): KubeObject {
  return ignoreChanges.reduce((result, path) => {
    const steps = pathSteps(path);
    if (steps.some((step) => /^(\d+|\*)$/.test(step))) return result;
    const current = at(live, ...steps);
    if (current === undefined) return result;
    return replaced(result, steps, isOthers(live, steps, manager) ? undefined : current);
  }, object);
}

function isOthers(live: KubeObject, steps: readonly string[], manager: string): boolean {
  const owners = listAt(live, "metadata", "managedFields").filter(
    (entry) => at(entry, "fieldsV1", ...steps.map((step) => `f:${step}`)) !== undefined,
  );
  const names = owners.map((entry) => textAt(entry, "manager"));
  return names.length > 0 && !names.includes(manager);
}

function replaced(object: KubeObject, [step = "", ...rest]: readonly string[], value: KubeObject[string] | undefined) {
  const copy = { ...object };
  const inner = copy[step];
  if (rest.length > 0) {
    if (isMap(inner)) copy[step] = replaced(inner, rest, value);
  } else if (value === undefined) {
    Reflect.deleteProperty(copy, step);
  } else {
    copy[step] = value;
  }
  return copy;
}
