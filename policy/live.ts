import { evaluate, type Circumstances, type Violation } from "./evaluate.ts";
import { describeObject, type KubernetesObject } from "./kubernetes-object.ts";
import { registry } from "./registry.ts";
import { schemaRules } from "./rules/schema.ts";

// What stands in a cluster has passed the schema of that cluster, which may be of another version.
const rules = registry.filter((rule) => !schemaRules.some(({ name }) => name === rule.name));

/**
 * Judges the objects of a live cluster by the rules.
 *
 * What is over is left out: finished pods, and replica sets of old revisions. What a pod or replica set breaks because
 * its controller does is told of the controller alone.
 */
export function evaluateLive(objects: readonly KubernetesObject[], circumstances: Circumstances): readonly Violation[] {
  const alive = objects.filter(isAlive);
  const violations = evaluate(alive, circumstances, rules);
  const byUid = new Map(alive.map((object) => [object.metadata?.uid ?? "", object]));
  const byName = new Map(alive.map((object) => [describeObject(object), object]));
  const told = new Set(violations.map(({ rule, object }) => `${rule} ${object}`));
  return violations.filter(({ rule, object }) => {
    const controllers = controllersOf(byName.get(object) ?? {}, byUid);
    return !controllers.some((controller) => told.has(`${rule} ${describeObject(controller)}`));
  });
}

/** The uid of the object that controls another one, if any (Kubernetes: Owners and Dependents). */
function controllerOf({ metadata }: KubernetesObject): string | undefined {
  return metadata?.ownerReferences?.find(({ controller }) => controller)?.uid;
}

/** All that stand above an object, nearest first: a pod's ReplicaSet, then its Deployment. */
function controllersOf(
  object: KubernetesObject,
  byUid: ReadonlyMap<string, KubernetesObject>,
): readonly KubernetesObject[] {
  const found = new Set<KubernetesObject>();
  let uid = controllerOf(object);
  while (uid !== undefined) {
    const controller = byUid.get(uid);
    if (!controller || found.has(controller)) break;
    found.add(controller);
    uid = controllerOf(controller);
  }
  return [...found];
}

function isAlive(object: KubernetesObject): boolean {
  const { spec, status } = object as {
    readonly spec?: { readonly replicas?: number };
    readonly status?: { readonly phase?: string };
  };
  if (object.kind === "Pod") return status?.phase !== "Succeeded" && status?.phase !== "Failed";
  return object.kind !== "ReplicaSet" || controllerOf(object) === undefined || spec?.replicas !== 0;
}
