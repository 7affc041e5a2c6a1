import type { Job, ObjectMeta, Pod } from "./kubernetes-objects.ts";
import { controllerOf, refOf, type ClusterSnapshot, type ObjectRef } from "./snapshot.ts";

/** What the update is about. */
export interface UpdateScope {
  /** When the update began, by the API server's clock. Kubernetes keeps whole seconds: earlier in that second counts. */
  readonly since: Date;
  /**
   * Workloads that the engine waits for although nothing about them changes, as when a failed update is tried again:
   * their current pods count however old they are. Default: none.
   */
  readonly awaited?: readonly ObjectRef[];
}

/** A pod that exists because of this update. */
export interface RolledOutPod {
  readonly pod: Pod;
  readonly ref: ObjectRef;
  /** The topmost owner: Deployment, StatefulSet, DaemonSet, Job, or the pod itself. */
  readonly workload: ObjectRef;
  /** The objects between workload and pod, for their events. */
  readonly owners: readonly ObjectRef[];
  readonly service: string;
  readonly job?: Job;
}

/** An object that makes pods for this update. */
export interface PodCreator {
  readonly object: PodCreatorObject;
  readonly ref: ObjectRef;
  readonly workload: ObjectRef;
  readonly service: string;
  /** Accepts a pod that this creator made, if it is of the revision being rolled out. */
  readonly isCurrent: (pod: Pod) => boolean;
  readonly job?: Job;
}

interface PodCreatorObject {
  readonly metadata?: ObjectMeta;
  readonly spec?: { readonly template?: { readonly metadata?: ObjectMeta } };
}

export interface RolledOut {
  readonly pods: readonly RolledOutPod[];
  readonly creators: readonly PodCreator[];
}

/**
 * Tells what this update rolls out from what was there before. A pod counts when it was created since the update
 * began, its workload was created or changed since, and it is of that workload's newest revision. So a pod that failed
 * before, a pod of an untouched workload that the autoscaler adds meanwhile, and a pod being deleted are not blamed.
 */
export function rolledOut(snapshot: ClusterSnapshot, scope: UpdateScope): RolledOut {
  const creators = [
    ...replicaSets(snapshot, scope),
    ...withRevisions("StatefulSet", snapshot.statefulSets, scope),
    ...withRevisions("DaemonSet", snapshot.daemonSets, scope),
    ...jobs(snapshot, scope),
  ];
  const byUid = new Map(creators.map((creator) => [creator.ref.uid, creator]));
  const pods = snapshot.pods.flatMap((pod) => {
    if (pod.metadata?.deletionTimestamp || pod.status?.phase === "Succeeded") return [];
    const owner = controllerOf(pod);
    if (owner === undefined) return createdSince(pod, scope) ? [barePod(pod)] : [];
    const creator = byUid.get(owner);
    if (!creator?.isCurrent(pod)) return [];
    return createdSince(pod, scope) || isAwaited(creator.workload, scope) ? [podOf(pod, creator)] : [];
  });
  return { pods, creators };
}

function replicaSets(snapshot: ClusterSnapshot, scope: UpdateScope): PodCreator[] {
  const deployments = new Map(snapshot.deployments.map((deployment) => [deployment.metadata?.uid, deployment]));
  const newest = new Map<string, number>();
  for (const set of snapshot.replicaSets) {
    const owner = controllerOf(set) ?? "";
    newest.set(owner, Math.max(newest.get(owner) ?? 0, revisionOf(set)));
  }
  return snapshot.replicaSets.flatMap((set) => {
    const owner = controllerOf(set);
    const deployment = deployments.get(owner);
    const workload = deployment ? refOf("Deployment", deployment) : refOf("ReplicaSet", set);
    const touched = changedSince(set, scope) || (deployment !== undefined && changedSince(deployment, scope));
    const isNewest = owner === undefined || revisionOf(set) === newest.get(owner);
    if (set.spec?.replicas === 0 || !isNewest || !(touched || isAwaited(workload, scope))) return [];
    return [creatorOf("ReplicaSet", set, workload, () => true)];
  });
}

function revisionOf(set: { readonly metadata?: ObjectMeta }): number {
  return Number(set.metadata?.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

interface WithRevisions extends PodCreatorObject {
  readonly status?: { readonly updateRevision?: string; readonly observedGeneration?: number };
}

function withRevisions(kind: string, objects: readonly WithRevisions[], scope: UpdateScope): PodCreator[] {
  return objects.flatMap((object) => {
    const ref = refOf(kind, object);
    if (!changedSince(object, scope) && !isAwaited(ref, scope)) return [];
    // Until the controller has seen the new generation, its revision is still the old one.
    if ((object.status?.observedGeneration ?? 0) < (object.metadata?.generation ?? 0)) return [];
    const revision = object.status?.updateRevision;
    const isCurrent = (pod: Pod): boolean =>
      revision === undefined || pod.metadata?.labels?.["controller-revision-hash"] === revision;
    return [creatorOf(kind, object, ref, isCurrent)];
  });
}

/** A Job that a CronJob starts while the update runs is none of the update's doing. */
function jobs(snapshot: ClusterSnapshot, scope: UpdateScope): PodCreator[] {
  return snapshot.jobs.flatMap((job) => {
    const ref = refOf("Job", job);
    if (controllerOf(job) !== undefined || job.metadata?.deletionTimestamp) return [];
    if (!createdSince(job, scope) && !isAwaited(ref, scope)) return [];
    return [{ ...creatorOf("Job", job, ref, () => true), job }];
  });
}

function creatorOf(
  kind: string,
  object: PodCreatorObject,
  workload: ObjectRef,
  isCurrent: PodCreator["isCurrent"],
): PodCreator {
  const labels = object.spec?.template?.metadata?.labels;
  return { object, ref: refOf(kind, object), workload, service: serviceOf(labels, workload), isCurrent };
}

function podOf(pod: Pod, creator: PodCreator): RolledOutPod {
  const { ref, workload, service, job } = creator;
  const owners = ref.uid === workload.uid ? [workload] : [ref, workload];
  return { pod, ref: refOf("Pod", pod), workload, owners, service, ...(job ? { job } : {}) };
}

function barePod(pod: Pod): RolledOutPod {
  const ref = refOf("Pod", pod);
  return { pod, ref, workload: ref, owners: [], service: serviceOf(pod.metadata?.labels, ref) };
}

/** The recommended label names the service; objects without it go by their workload's name. */
function serviceOf(labels: Readonly<Record<string, string>> | undefined, workload: ObjectRef): string {
  return labels?.["app.kubernetes.io/name"] ?? workload.name;
}

function isAwaited(ref: ObjectRef, scope: UpdateScope): boolean {
  return (scope.awaited ?? []).some(
    ({ kind, namespace, name }) => kind === ref.kind && namespace === ref.namespace && name === ref.name,
  );
}

function startedSince(moment: Date | undefined, { since }: UpdateScope): boolean {
  return moment !== undefined && moment.getTime() >= Math.floor(since.getTime() / 1000) * 1000;
}

function createdSince(object: { readonly metadata?: ObjectMeta }, scope: UpdateScope): boolean {
  return startedSince(object.metadata?.creationTimestamp, scope);
}

/**
 * Created since, or written since by anyone but the controllers: their bookkeeping (status, scale, revision
 * annotations) is no change of what is rolled out. `managedFields` keeps the time of each writer's last change.
 */
function changedSince(object: { readonly metadata?: ObjectMeta }, scope: UpdateScope): boolean {
  if (createdSince(object, scope)) return true;
  return (object.metadata?.managedFields ?? []).some(
    ({ manager, subresource, time }) =>
      (subresource ?? "") === "" && manager !== "kube-controller-manager" && startedSince(time, scope),
  );
}
