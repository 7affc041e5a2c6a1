import {
  annotation,
  at,
  condition,
  isOwnedBy,
  isTrue,
  listAt,
  nameOf,
  numberAt,
  textAt,
  type KubeObject,
} from "../object.ts";
import { describe, podProblems } from "./pods.ts";
import { failed, READY, waiting, type ReadinessRule, type Surroundings } from "./readiness.ts";

const REVISION = "deployment.kubernetes.io/revision";

/**
 * A Deployment is ready when its controller has seen this generation, the ReplicaSet of the current revision has all its
 * pods ready, the Deployment is available, and the claims that its pods mount are bound.
 */
export const deploymentReadiness: ReadinessRule = {
  watches: ["apps/v1/ReplicaSet", "v1/Pod", "v1/PersistentVolumeClaim"],
  timeoutSeconds: 600,
  assess: (deployment, around) => {
    if (!isObserved(deployment)) return waiting("Waiting for the Deployment controller");
    const current = around
      .of("apps/v1/ReplicaSet")
      .find((set) => isOwnedBy(set, deployment) && annotation(set, REVISION) === annotation(deployment, REVISION));
    if (!current) return waiting("Waiting for the ReplicaSet", conditionProblems(deployment));
    const wanted = replicas(current);
    const [ready, pods] = [numberAt(current, "status", "readyReplicas"), ownedPods(around, current)];
    const progressing = condition(deployment, "Progressing");
    const rolledOut =
      annotation(deployment, REVISION) === "1" ||
      (isTrue(progressing) && progressing?.["reason"] === "NewReplicaSetAvailable");
    const unbound = unboundClaims(deployment, around);
    if (ready >= wanted && isTrue(condition(deployment, "Available")) && rolledOut && unbound.length === 0)
      return READY;
    return waiting(`Waiting for pods to be ready (${ready}/${wanted})`, [
      ...conditionProblems(deployment),
      ...conditionProblems(current),
      ...unbound,
      ...pods.flatMap(podProblems),
    ]);
  },
};

/** A StatefulSet is ready when all its pods are of the current revision and ready. */
export const statefulSetReadiness: ReadinessRule = {
  watches: ["v1/Pod"],
  timeoutSeconds: 600,
  assess: (set, around) => {
    if (!isObserved(set)) return waiting("Waiting for the StatefulSet controller");
    const wanted = replicas(set);
    const ready = numberAt(set, "status", "readyReplicas");
    if (ready >= wanted && isAtRevision(set, wanted)) return READY;
    return waiting(`Waiting for pods to be ready (${ready}/${wanted})`, [
      ...conditionProblems(set),
      ...ownedPods(around, set).flatMap(podProblems),
    ]);
  },
};

/** A DaemonSet is ready when each of its nodes runs an available pod of the current revision. */
export const daemonSetReadiness: ReadinessRule = {
  watches: ["v1/Pod"],
  timeoutSeconds: 600,
  assess: (set, around) => {
    if (!isObserved(set)) return waiting("Waiting for the DaemonSet controller");
    const wanted = numberAt(set, "status", "desiredNumberScheduled");
    const available = numberAt(set, "status", "numberAvailable");
    const onDelete = textAt(set, "spec", "updateStrategy", "type") === "OnDelete";
    const updated = onDelete ? wanted : numberAt(set, "status", "updatedNumberScheduled");
    if (available >= wanted && updated >= wanted) return READY;
    return waiting(`Waiting for pods to be available (${available}/${wanted})`, [
      ...ownedPods(around, set).flatMap(podProblems),
    ]);
  },
};

/** A Job is ready when it is complete; a failed one will not become so. */
export const jobReadiness: ReadinessRule = {
  watches: ["v1/Pod"],
  timeoutSeconds: 600,
  assess: (job, around) => {
    if (isTrue(condition(job, "Complete"))) return READY;
    const pods = ownedPods(around, job).flatMap(podProblems);
    const failure = condition(job, "Failed");
    if (isTrue(failure)) return failed(`Job ${nameOf(job)} failed`, [describe(failure), ...pods]);
    const [succeeded, wanted] = [numberAt(job, "status", "succeeded"), at(job, "spec", "completions") ?? 1];
    return waiting(`Waiting for the Job to complete (${succeeded}/${Number(wanted)})`, pods);
  },
};

function isObserved(object: KubeObject): boolean {
  return numberAt(object, "status", "observedGeneration") >= numberAt(object, "metadata", "generation");
}

/** Zero is a number of replicas; none given means one. */
function replicas(object: KubeObject): number {
  const wanted = at(object, "spec", "replicas");
  return typeof wanted === "number" ? wanted : 1;
}

function ownedPods(around: Surroundings, owner: KubeObject): readonly KubeObject[] {
  return around.of("v1/Pod").filter((pod) => isOwnedBy(pod, owner));
}

/** With a partition only the pods above it are updated; with OnDelete none is. */
function isAtRevision(set: KubeObject, wanted: number): boolean {
  if (textAt(set, "spec", "updateStrategy", "type") === "OnDelete") return true;
  const partition = numberAt(set, "spec", "updateStrategy", "rollingUpdate", "partition");
  if (partition > 0) return numberAt(set, "status", "updatedReplicas") >= Math.max(0, wanted - partition);
  return textAt(set, "status", "currentRevision") === textAt(set, "status", "updateRevision");
}

function unboundClaims(deployment: KubeObject, around: Surroundings): string[] {
  const mounted = listAt(deployment, "spec", "template", "spec", "volumes").map((volume) =>
    textAt(volume, "persistentVolumeClaim", "claimName"),
  );
  return around
    .of("v1/PersistentVolumeClaim")
    .filter((claim) => mounted.includes(nameOf(claim)) && textAt(claim, "status", "phase") !== "Bound")
    .map((claim) => `PersistentVolumeClaim ${nameOf(claim)} is ${textAt(claim, "status", "phase") || "not bound"}`);
}

/** Conditions that say what is wrong: not progressing, not available, no pods because of a quota. */
function conditionProblems(object: KubeObject): string[] {
  const bad = [condition(object, "Progressing"), condition(object, "Available")].filter(
    (entry) => entry !== undefined && !isTrue(entry),
  );
  const failure = condition(object, "ReplicaFailure");
  return [...bad, ...(isTrue(failure) ? [failure] : [])].map(describe).filter((text) => text !== "");
}
