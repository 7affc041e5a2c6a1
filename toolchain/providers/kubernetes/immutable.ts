import { textAt, type KubeObject } from "./object.ts";
import type { KubernetesSettings } from "./settings.ts";

const SELECTOR = ["spec.selector"];
const STATEFUL_SET = [
  ...SELECTOR,
  "spec.podManagementPolicy",
  "spec.revisionHistoryLimit",
  "spec.serviceName",
  "spec.volumeClaimTemplates",
];
const ROLE_BINDING = ["roleRef"];

/**
 * Fields that the API server does not change in place, by `group/version/kind` (the version matters not).
 *
 * Source: Kubernetes' validation (`pkg/apis/…/validation`), and what the official provider replaces.
 */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  "apps/Deployment": SELECTOR,
  "apps/DaemonSet": SELECTOR,
  "apps/ReplicaSet": SELECTOR,
  "apps/StatefulSet": STATEFUL_SET,
  "batch/Job": [...SELECTOR, "spec.completions", "spec.parallelism", "spec.template"],
  "rbac.authorization.k8s.io/RoleBinding": ROLE_BINDING,
  "rbac.authorization.k8s.io/ClusterRoleBinding": ROLE_BINDING,
  "storage.k8s.io/StorageClass": ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
  "/PersistentVolumeClaim": [
    ...SELECTOR,
    "spec.accessModes",
    "spec.storageClassName",
    "spec.volumeMode",
    "spec.volumeName",
  ],
  "/PersistentVolume": ["spec.csi", "spec.hostPath", "spec.local", "spec.nfs", "spec.iscsi", "spec.fc"],
  "/Pod": ["spec"],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
};

/** The immutable fields of an object, as property paths; a change anywhere inside one of them replaces the object. */
export function immutableFields(
  object: KubeObject,
  settings: Pick<KubernetesSettings, "enableConfigMapMutable" | "enableSecretMutable">,
): string[] {
  const [group, kind] = [groupOf(object), textAt(object, "kind")];
  const always = ["kind", "metadata.name", "metadata.namespace", ...(IMMUTABLE[`${group}/${kind}`] ?? [])];
  const sealed = object["immutable"] === true;
  if (group !== "") return always;
  if (kind === "ConfigMap" && (sealed || !settings.enableConfigMapMutable)) return [...always, "data", "binaryData"];
  if (kind === "Secret" && (sealed || !settings.enableSecretMutable)) return [...always, "data", "stringData"];
  return always;
}

function groupOf(object: KubeObject): string {
  const [group = "", version] = textAt(object, "apiVersion").split("/");
  return version === undefined ? "" : group;
}
