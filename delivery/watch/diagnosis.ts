import type { ObjectRef } from "./snapshot.ts";

/**
 * What went wrong, told apart by what one would do about it.
 *
 * - `imagePull`: the image's name, the registry, or the credentials for it.
 * - `configuration`: a ConfigMap, Secret, key or service account that is missing; a user the pod may not run as.
 * - `cannotStart`: the container's command cannot be run.
 * - `crashLoop`, `initContainer`: the program ends by itself; the latter before the service's own containers start.
 * - `outOfMemory`: killed at its memory limit.
 * - `probe`: killed by a startup or liveness probe, or never ready.
 * - `stalled`: no progress within the Deployment's own deadline, for no reason seen here.
 * - `quota`, `admission`: the API server refuses the pod: a ResourceQuota; Pod Security, a webhook, a LimitRange.
 * - `unschedulable`: no node takes the pod.
 * - `volume`: a volume cannot be provisioned, attached or mounted.
 * - `sandbox`: the node cannot set the pod up (network, runtime).
 * - `job`: a Job gave up.
 */
export type FailureKind =
  | "imagePull"
  | "configuration"
  | "cannotStart"
  | "crashLoop"
  | "initContainer"
  | "outOfMemory"
  | "probe"
  | "stalled"
  | "quota"
  | "admission"
  | "unschedulable"
  | "volume"
  | "sandbox"
  | "job";

/** One failure of what the update rolls out. */
export interface Diagnosis {
  readonly kind: FailureKind;
  /** `fatal`: waiting longer will not help, stop the update. `suspect`: it may still come right. */
  readonly certainty: "fatal" | "suspect";
  readonly service: string;
  /** What the update changed: a Deployment, StatefulSet, DaemonSet, Job, or bare pod. */
  readonly workload: ObjectRef;
  /** Where the failure shows: a pod, ReplicaSet, Job or PersistentVolumeClaim. */
  readonly object: ObjectRef;
  /** Every object whose events tell about it, the closest first. */
  readonly related: readonly ObjectRef[];
  /** One sentence that names the service and the cause. */
  readonly summary: string;
  /** The cluster's own words, or the container's termination message; empty if there are none. */
  readonly detail: string;
  /** When it began, by the API server's clock. */
  readonly since: Date;
  readonly container?: string;
  readonly image?: string;
  readonly exitCode?: number;
  readonly restarts?: number;
  /** Where the last words of the failed container are. */
  readonly logs?: { readonly pod: string; readonly container: string; readonly previous: boolean };
}

/** The same for the same failure in every snapshot and in every replica of a workload. */
export function diagnosisKey({ kind, workload, container }: Diagnosis): string {
  return [workload.kind, workload.namespace, workload.name, container ?? "", kind].join("/");
}
