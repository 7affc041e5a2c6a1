import { listAt, mapAt, nameOf, textAt, type KubeObject } from "../object.ts";
import { condition, isTrue } from "../object.ts";
import { describe } from "./pods.ts";
import { READY, waiting, type ReadinessRule } from "./readiness.ts";

/**
 * A claim is ready when it is bound; one whose class binds at the first consumer is ready as soon as it is pending,
 * because its consumer comes later.
 */
export const volumeClaimReadiness: ReadinessRule = {
  watches: ["storage.k8s.io/v1/StorageClass"],
  timeoutSeconds: 300,
  assess: (claim, around) => {
    const phase = textAt(claim, "status", "phase");
    if (phase === "Bound") return READY;
    const className = textAt(claim, "spec", "storageClassName");
    const storageClass = around.of("storage.k8s.io/v1/StorageClass").find((entry) => nameOf(entry) === className);
    if (phase === "Pending" && textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer") return READY;
    return waiting("Waiting for the claim to be bound", [
      `PersistentVolumeClaim ${nameOf(claim)} is ${phase || "new"} (storage class "${className}"${storageClass ? "" : ", which does not exist"})`,
    ]);
  },
};

export const volumeReadiness: ReadinessRule = {
  watches: [],
  timeoutSeconds: 300,
  assess: (volume) => {
    const phase = textAt(volume, "status", "phase");
    return ["Available", "Bound"].includes(phase) ? READY : waiting(`Waiting for the volume (${phase || "new"})`);
  },
};

/** Resources of the new type can be created once its names are accepted and it is established. */
export const customResourceDefinitionReadiness: ReadinessRule = {
  watches: [],
  timeoutSeconds: 300,
  assess: (definition) => {
    if (isTrue(condition(definition, "Established"))) return READY;
    const refused = condition(definition, "NamesAccepted");
    const reasons = refused && !isTrue(refused) ? [describe(refused)] : [];
    return waiting("Waiting for the type to be established", reasons);
  },
};

/** Only a service account's token is filled in later, by a controller. */
export const secretReadiness: ReadinessRule = {
  watches: [],
  timeoutSeconds: 30,
  assess: (secret) => {
    const isToken = textAt(secret, "type") === "kubernetes.io/service-account-token";
    if (!isToken || Object.keys(mapAt(secret, "data")).length > 0) return READY;
    return waiting("Waiting for the token");
  },
};

/** What a deleted object still waits for. */
export function deletionProblems(object: KubeObject): string[] {
  const finalizers = listAt(object, "metadata", "finalizers").filter((name) => typeof name === "string");
  const stuck = ["NamespaceContentRemaining", "NamespaceFinalizersRemaining", "NamespaceDeletionContentFailure"]
    .map((type) => condition(object, type))
    .filter(isTrue)
    .map(describe);
  return [...(finalizers.length > 0 ? [`finalizers still to run: ${finalizers.join(", ")}`] : []), ...stuck];
}
