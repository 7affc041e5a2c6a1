import type { PropertyMap } from "../../../../toolchain/providers/protocol/values.ts";
import type { Surroundings } from "../../../../toolchain/providers/kubernetes/await/readiness.ts";

const METADATA = { name: "web", namespace: "shop", uid: "u1", generation: 2 };
const REVISION = { "deployment.kubernetes.io/revision": "2" };

export const condition = (type: string, status: string, reason = "", message = ""): PropertyMap => ({
  type,
  status,
  reason,
  message,
});

export const ownedBy = (uid: string): PropertyMap => ({ ownerReferences: [{ uid }] });

export const deployment = (status: PropertyMap, rest: PropertyMap = {}): PropertyMap => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { ...METADATA, annotations: REVISION },
  spec: { replicas: 2 },
  status: { observedGeneration: 2, ...status },
  ...rest,
});

export const replicaSet = (readyReplicas: number, replicas = 2): PropertyMap => ({
  metadata: { name: "web-1", uid: "rs", annotations: REVISION, ...ownedBy("u1") },
  spec: { replicas },
  status: { readyReplicas },
});

export const around = (objects: Readonly<Record<string, PropertyMap[]>> = {}): Surroundings => ({
  of: (kind) => objects[kind] ?? [],
});
