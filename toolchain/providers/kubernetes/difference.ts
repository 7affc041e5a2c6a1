import { isDeepStrictEqual } from "node:util";
import type { ChangeKind, Difference } from "../protocol/provider.ts";
import { isMap, isUnknown, revealedMap, type PropertyMap, type PropertyValue } from "../protocol/values.ts";
import { immutableFields } from "./immutable.ts";
import { isAutonamed } from "./naming.ts";
import { nameOf, namespaceOf } from "./object.ts";
import { isSameQuantity } from "./quantity.ts";
import type { KubernetesSettings } from "./settings.ts";

/** A property path in steps: object keys and list positions. */
type Path = readonly (string | number)[];

/**
 * What changes between two inputs of an object, and whether that replaces it.
 *
 * A namespace that is not given counts as `default`. Where the object is replaced under the same name in the same
 * namespace, and the name is the user's, the old one has to go first.
 */
export function kubernetesDifference(
  oldInputs: PropertyMap,
  newInputs: PropertyMap,
  settings: KubernetesSettings,
  ignoreChanges: readonly string[] = [],
): Difference {
  const [olds, news] = [revealedMap(oldInputs), revealedMap(newInputs)];
  const immutable = immutableFields(news, settings);
  const changes: Record<string, ChangeKind> = {};
  for (const { path, before, after } of leaves(withNamespace(olds), withNamespace(news), [])) {
    const shown = formatPath(path);
    if (ignoreChanges.some((ignored) => isWithin(shown, ignored))) continue;
    const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
    changes[shown] = immutable.some((field) => isWithin(shown, field)) ? `${kind}-replace` : kind;
  }
  const replaced = Object.values(changes).some((kind) => kind.endsWith("-replace"));
  const sameName = nameOf(olds) === nameOf(news) && namespaceOf(olds) === namespaceOf(news);
  return { changes, deleteBeforeReplace: replaced && sameName && !isAutonamed(news) };
}

interface Change {
  readonly path: Path;
  readonly before: PropertyValue | undefined;
  readonly after: PropertyValue | undefined;
}

function leaves(before: PropertyValue | undefined, after: PropertyValue | undefined, path: Path): Change[] {
  if (isDeepStrictEqual(before, after) || (isAbsent(before) && isAbsent(after))) return [];
  if (isAmount(path) && isSameQuantity(scalar(before), scalar(after))) return [];
  if (!isUnknown(after)) {
    if (isMap(before) && isMap(after)) {
      const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
      return [...keys].flatMap((key) => leaves(before[key], after[key], [...path, key]));
    }
    if (Array.isArray(before) && Array.isArray(after)) {
      const length = Math.max(before.length, after.length);
      return Array.from({ length }, (_, index) => leaves(before[index], after[index], [...path, index])).flat();
    }
  }
  return [{ path, before: before ?? undefined, after: after ?? undefined }];
}

/** Places in the API that hold a `resource.Quantity`, which the server may spell in another way. */
const AMOUNTS = ["requests", "limits", "hard", "capacity", "allocatable", "sizeLimit", "max", "min", "default"];

function isAmount(path: Path): boolean {
  return path.slice(-2).some((step) => typeof step === "string" && AMOUNTS.includes(step));
}

function scalar(value: PropertyValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isAbsent(value: PropertyValue | undefined): boolean {
  return value === undefined || value === null;
}

/** A path as Pulumi writes it: `metadata.annotations["a.b/c"]`, `spec.containers[0].image`. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** Whether a path is another one or lies inside it; `*` in the outer one stands for any step. */
export function isWithin(path: string, outer: string): boolean {
  const [inner, wanted] = [pathSteps(path), pathSteps(outer)];
  return wanted.length <= inner.length && wanted.every((step, index) => step === "*" || step === inner[index]);
}

/** The steps of a written path, all as text. */
export function pathSteps(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) =>
      (quoted === undefined ? undefined : quoted.replaceAll('\\"', '"')) ?? index ?? plain ?? "",
  );
}

function withNamespace(object: PropertyMap): PropertyMap {
  const metadata = object["metadata"];
  if (!isMap(metadata) || (metadata["namespace"] ?? "") !== "") return object;
  return { ...object, metadata: { ...metadata, namespace: "default" } };
}
