import type {
  ContainerStatus,
  Deployment,
  Event,
  Job,
  Pod,
  ReplicaSet,
  StatefulSet,
} from "../../../delivery/watch/kubernetes-objects.ts";
import type { ClusterSnapshot } from "../../../delivery/watch/snapshot.ts";

/** The update under test began then; every moment below is seconds from it, negative for before. */
export const SINCE = new Date("2026-11-21T10:00:00Z");
export const NAMESPACE = "bizosaas-dev";
export const IMAGE = "localhost:5000/crm@sha256:1f2e";

export function at(seconds: number): Date {
  return new Date(SINCE.getTime() + seconds * 1000);
}

export function snapshot(takenAtSeconds: number, parts: Partial<ClusterSnapshot>): ClusterSnapshot {
  return {
    takenAt: at(takenAtSeconds),
    pods: [],
    events: [],
    deployments: [],
    replicaSets: [],
    statefulSets: [],
    daemonSets: [],
    jobs: [],
    persistentVolumeClaims: [],
    ...parts,
  };
}

interface Place {
  readonly name?: string;
  /** Seconds from {@link SINCE}. */
  readonly created?: number;
}

const labels = { "app.kubernetes.io/name": "crm" };

export function deployment({
  name = "bizosaas-crm",
  created = 1,
  changed = created,
}: Place & { changed?: number } = {}) {
  const meta: Deployment["metadata"] = {
    name,
    namespace: NAMESPACE,
    uid: `deployment-${name}`,
    generation: 2,
    creationTimestamp: at(created),
    managedFields: [
      { manager: "fleet", operation: "Apply", time: at(changed) },
      { manager: "kube-controller-manager", operation: "Update", subresource: "status", time: at(1_000) },
    ],
  };
  const status: Deployment["status"] = { observedGeneration: 2 };
  return { metadata: meta, spec: { selector: {}, template: {} }, status } satisfies Deployment;
}

export function replicaSet(
  {
    name = "bizosaas-crm-6c9f",
    created = 1,
    revision = 1,
    status,
  }: Place & {
    revision?: number;
    status?: ReplicaSet["status"];
  } = {},
  owner = "bizosaas-crm",
): ReplicaSet {
  return {
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: `rs-${name}`,
      creationTimestamp: at(created),
      annotations: { "deployment.kubernetes.io/revision": String(revision) },
      ownerReferences: [controller("Deployment", owner, `deployment-${owner}`)],
    },
    spec: { replicas: 1, selector: {}, template: { metadata: { labels } } },
    ...(status ? { status } : {}),
  };
}

export function statefulSet({ name = "postgres", created = 1, updateRevision = "postgres-1" } = {}): StatefulSet {
  return {
    metadata: { name, namespace: NAMESPACE, uid: `sts-${name}`, generation: 1, creationTimestamp: at(created) },
    spec: { serviceName: name, selector: {}, template: { metadata: { labels: { "app.kubernetes.io/name": name } } } },
    status: { replicas: 0, observedGeneration: 1, updateRevision },
  };
}

export function job(status: Job["status"], { name = "migrate", created = 1 }: Place = {}): Job {
  return {
    metadata: { name, namespace: NAMESPACE, uid: `job-${name}`, creationTimestamp: at(created) },
    spec: { template: { metadata: { labels: { "app.kubernetes.io/name": name } } } },
    ...(status ? { status } : {}),
  };
}

export function pod(
  parts: {
    readonly name?: string;
    readonly created?: number;
    readonly owner?: ReturnType<typeof controller>;
    readonly spec?: Partial<NonNullable<Pod["spec"]>>;
    readonly status?: NonNullable<Pod["status"]>;
    readonly meta?: Pod["metadata"];
  } = {},
): Pod {
  const { name = "bizosaas-crm-6c9f-x2x7k", created = 1, owner = byReplicaSet(), spec, status, meta } = parts;
  return {
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: `pod-${name}`,
      labels,
      creationTimestamp: at(created),
      ownerReferences: [owner],
      ...meta,
    },
    spec: { containers: [{ name: "crm", image: IMAGE }], restartPolicy: "Always", nodeName: "fleet", ...spec },
    status: { phase: "Pending", startTime: at(created), ...status },
  };
}

export function controller(kind: string, name: string, uid: string) {
  return { apiVersion: "apps/v1", kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export function byReplicaSet(name = "bizosaas-crm-6c9f") {
  return controller("ReplicaSet", name, `rs-${name}`);
}

export function container(parts: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name: "crm", image: IMAGE, imageID: "", ready: false, restartCount: 0, ...parts };
}

export function waiting(reason: string, message?: string): Pick<ContainerStatus, "state"> {
  return { state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } };
}

/** A container that has ended `restarts + 1` times and waits to be started again. */
export function crashed(restarts: number, exitCode: number, extra: { reason?: string; message?: string } = {}) {
  const terminated = { exitCode, reason: "Error", startedAt: at(5), finishedAt: at(6), ...extra };
  return container({
    restartCount: restarts,
    ...waiting("CrashLoopBackOff", "back-off 10s restarting failed container=crm"),
    lastState: { terminated },
  });
}

interface EventDetails {
  /** Seconds from {@link SINCE}. */
  readonly first?: number;
  readonly last?: number;
  readonly count?: number;
  readonly kind?: string;
  readonly fieldPath?: string;
}

export function event(
  about: { readonly metadata?: { readonly uid?: string; readonly name?: string } },
  reason: string,
  message: string,
  { first = 2, last = first, count = 1, kind = "Pod", fieldPath = "" }: EventDetails = {},
): Event {
  const { uid = "", name = "" } = about.metadata ?? {};
  return {
    metadata: { name: `${name}.1`, namespace: NAMESPACE, creationTimestamp: at(first) },
    involvedObject: { kind, name, namespace: NAMESPACE, uid, ...(fieldPath === "" ? {} : { fieldPath }) },
    reason,
    message,
    type: "Warning",
    firstTimestamp: at(first),
    lastTimestamp: at(last),
    count,
  };
}

/** A Deployment of this update with its ReplicaSet and the pod given. */
export function rolledOutPod(
  status: NonNullable<Pod["status"]>,
  spec: Partial<NonNullable<Pod["spec"]>> = {},
): Partial<ClusterSnapshot> {
  return { deployments: [deployment()], replicaSets: [replicaSet()], pods: [pod({ status, spec })] };
}
