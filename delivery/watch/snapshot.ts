import type {
  DaemonSet,
  Deployment,
  Event,
  Job,
  ObjectMeta,
  PersistentVolumeClaim,
  Pod,
  ReplicaSet,
  StatefulSet,
} from "./kubernetes-objects.ts";

/** What the stack's namespaces held at one moment. */
export interface ClusterSnapshot {
  /** By the API server's clock, as are all times inside the objects. */
  readonly takenAt: Date;
  readonly pods: readonly Pod[];
  readonly events: readonly Event[];
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly statefulSets: readonly StatefulSet[];
  readonly daemonSets: readonly DaemonSet[];
  readonly jobs: readonly Job[];
  readonly persistentVolumeClaims: readonly PersistentVolumeClaim[];
}

/** Names one object of a namespace. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
}

interface WithMetadata {
  readonly metadata?: ObjectMeta;
}

/** The reference of an object; lists leave its kind out, so the caller says it. */
export function refOf(kind: string, { metadata }: WithMetadata): ObjectRef {
  return {
    kind,
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    ...(metadata?.uid === undefined ? {} : { uid: metadata.uid }),
  };
}

/** The uid of the owner that controls an object, if any. */
export function controllerOf({ metadata }: WithMetadata): string | undefined {
  return metadata?.ownerReferences?.find((owner) => owner.controller)?.uid;
}

/** The events about one object, oldest first. */
export function eventsAbout(snapshot: ClusterSnapshot, object: WithMetadata): readonly Event[] {
  const uid = object.metadata?.uid;
  return snapshot.events
    .filter((event) => event.involvedObject.uid === uid)
    .sort((a, b) => lastSeen(a).getTime() - lastSeen(b).getTime());
}

/** When an event was first recorded. Old and new event styles fill different fields. */
export function firstSeen(event: Event): Date {
  return event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? new Date(0);
}

/** When an event last happened. */
export function lastSeen(event: Event): Date {
  return event.lastTimestamp ?? event.series?.lastObservedTime ?? event.eventTime ?? firstSeen(event);
}

/** How often an event happened. */
export function countOf(event: Event): number {
  return event.count ?? event.series?.count ?? 1;
}

/** Seconds from a moment to the snapshot. */
export function secondsSince(snapshot: ClusterSnapshot, moment: Date): number {
  return (snapshot.takenAt.getTime() - moment.getTime()) / 1000;
}
