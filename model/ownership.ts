import { isPlainObject, type PlainObject } from "./overlay.ts";

/** A field that somebody else than the engine writes, in one object. */
export interface OthersField {
  /** Steps from the object's root: `["spec", "replicas"]`. */
  readonly path: readonly string[];
  readonly owner: "autoscaler";
}

/**
 * The fields of an object that another than the engine owns. The engine never sets them, and that they change is no drift.
 *
 * Every mutable field has one owner; all that is not named here is the engine's where it sets it.
 *
 * @param objects All objects of the stack: that a HorizontalPodAutoscaler is there decides who scales.
 */
export function fieldsOfOthers(object: PlainObject, objects: readonly PlainObject[]): readonly OthersField[] {
  const scales = objects.some(
    (other) =>
      other["kind"] === "HorizontalPodAutoscaler" &&
      namespaceOf(other) === namespaceOf(object) &&
      isTarget(other, object),
  );
  return scales ? [{ path: ["spec", "replicas"], owner: "autoscaler" }] : [];
}

function isTarget(autoscaler: PlainObject, object: PlainObject): boolean {
  const target = isPlainObject(autoscaler["spec"]) ? autoscaler["spec"]["scaleTargetRef"] : undefined;
  if (!isPlainObject(target) || !isPlainObject(object["metadata"])) return false;
  return target["kind"] === object["kind"] && target["name"] === object["metadata"]["name"];
}

function namespaceOf({ metadata }: PlainObject): unknown {
  return isPlainObject(metadata) ? metadata["namespace"] : undefined;
}
