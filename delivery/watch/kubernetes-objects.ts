import type {
  CoreV1Event,
  V1Container,
  V1ContainerState,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1ObjectMeta,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1StatefulSet,
} from "@kubernetes/client-node";

/**
 * The client library's types as plain, read-only data. The library declares classes; what the diagnosis needs is only
 * their fields, so that an object from a file or a test serves as well as one from the API.
 */
type Plain<T> = T extends Date
  ? Date
  : T extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Plain<T[Key]> }
      : T;

export type ObjectMeta = Plain<V1ObjectMeta>;
export type Event = Plain<CoreV1Event>;
export type Pod = Plain<V1Pod>;
export type Container = Plain<V1Container>;
export type ContainerStatus = Plain<V1ContainerStatus>;
export type ContainerState = Plain<V1ContainerState>;
export type Termination = Plain<V1ContainerStateTerminated>;
export type Deployment = Plain<V1Deployment>;
export type ReplicaSet = Plain<V1ReplicaSet>;
export type StatefulSet = Plain<V1StatefulSet>;
export type DaemonSet = Plain<V1DaemonSet>;
export type Job = Plain<V1Job>;
export type PersistentVolumeClaim = Plain<V1PersistentVolumeClaim>;
