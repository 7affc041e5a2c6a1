import { expect, test } from "vitest";
import { ingressReadiness, serviceReadiness } from "../../../../toolchain/providers/kubernetes/await/network.ts";
import { podProblems } from "../../../../toolchain/providers/kubernetes/await/pods.ts";
import {
  customResourceDefinitionReadiness,
  deletionProblems,
  volumeClaimReadiness,
} from "../../../../toolchain/providers/kubernetes/await/storage.ts";
import {
  deploymentReadiness,
  jobReadiness,
  statefulSetReadiness,
} from "../../../../toolchain/providers/kubernetes/await/workloads.ts";
import type { PropertyMap } from "../../../../toolchain/providers/protocol/values.ts";
import { around, condition, deployment, ownedBy, replicaSet } from "./objects.ts";

const AVAILABLE = condition("Available", "True");
const ROLLED_OUT = condition("Progressing", "True", "NewReplicaSetAvailable");
const pulling: PropertyMap = {
  metadata: { name: "web-1-x", namespace: "shop", ...ownedBy("rs") },
  status: {
    conditions: [condition("Ready", "False", "ContainersNotReady", "containers with unready status: [web]")],
    containerStatuses: [
      {
        name: "web",
        image: "localhost:5000/nope:1",
        ready: false,
        state: { waiting: { reason: "ImagePullBackOff", message: 'Back-off pulling image "localhost:5000/nope:1"' } },
      },
    ],
  },
};

test("a Deployment is ready when the ReplicaSet of its revision is, and the rollout is over", () => {
  const sets = { "apps/v1/ReplicaSet": [replicaSet(2)] };
  expect(deploymentReadiness.assess(deployment({ conditions: [AVAILABLE, ROLLED_OUT] }), around(sets))).toEqual({
    state: "ready",
  });
});

test("a Deployment whose controller has not seen the last change is not, whatever its conditions say", () => {
  const stale = deployment({ observedGeneration: 1, conditions: [AVAILABLE, ROLLED_OUT] });
  const sets = { "apps/v1/ReplicaSet": [replicaSet(2)] };
  expect(deploymentReadiness.assess(stale, around(sets)).state).toBe("waiting");
});

test("a Deployment that still rolls out is not, though it is available with the old pods", () => {
  const rolling = deployment({ conditions: [AVAILABLE, condition("Progressing", "True", "ReplicaSetUpdated")] });
  expect(deploymentReadiness.assess(rolling, around({ "apps/v1/ReplicaSet": [replicaSet(2)] })).state).toBe("waiting");
});

test("a Deployment that waits for an image names container, image and reason", () => {
  const objects = { "apps/v1/ReplicaSet": [replicaSet(1)], "v1/Pod": [pulling] };
  expect(deploymentReadiness.assess(deployment({ conditions: [AVAILABLE, ROLLED_OUT] }), around(objects))).toEqual({
    state: "waiting",
    message: "Waiting for pods to be ready (1/2)",
    reasons: [
      '[Pod shop/web-1-x]: container "web" (image "localhost:5000/nope:1") is waiting: ' +
        '[ImagePullBackOff] Back-off pulling image "localhost:5000/nope:1"',
    ],
  });
});

test("a Deployment scaled to zero is ready without pods", () => {
  const none = around({ "apps/v1/ReplicaSet": [replicaSet(0, 0)] });
  expect(deploymentReadiness.assess(deployment({ conditions: [AVAILABLE, ROLLED_OUT] }), none).state).toBe("ready");
});

test("a crashed container is named with its exit code and last words", () => {
  const terminated = { reason: "Error", exitCode: 3, message: "DATABASE_URL is missing\n" };
  const pod = {
    metadata: { name: "p" },
    status: { containerStatuses: [{ name: "web", image: "a:1", ready: false, state: {}, lastState: { terminated } }] },
  };
  expect(podProblems(pod)).toEqual([
    '[Pod p]: container "web" (image "a:1") terminated (Error: exit code 3): DATABASE_URL is missing',
  ]);
});

test("a pod that fits on no node says why", () => {
  const message = "0/1 nodes are available: 1 Insufficient memory.";
  const pod = {
    metadata: { name: "p" },
    status: { conditions: [condition("PodScheduled", "False", "Unschedulable", message)] },
  };
  expect(podProblems(pod)).toEqual([`[Pod p]: [Unschedulable] ${message}`]);
});

test("a StatefulSet is ready when all its pods are ready and of the current revision", () => {
  const set = (status: PropertyMap) => ({
    spec: { replicas: 1 },
    metadata: { generation: 1 },
    status: { observedGeneration: 1, ...status },
  });
  const settled = { readyReplicas: 1, currentRevision: "a", updateRevision: "a" };
  expect(statefulSetReadiness.assess(set(settled), around()).state).toBe("ready");
  expect(statefulSetReadiness.assess(set({ ...settled, updateRevision: "b" }), around()).state).toBe("waiting");
  expect(statefulSetReadiness.assess(set({ ...settled, readyReplicas: 0 }), around()).state).toBe("waiting");
});

test("a Job is ready when complete, and fails for good when failed", () => {
  const job = (entry: PropertyMap) => ({ metadata: { name: "migrate" }, spec: {}, status: { conditions: [entry] } });
  expect(jobReadiness.assess(job(condition("Complete", "True")), around()).state).toBe("ready");
  expect(jobReadiness.assess(job(condition("Failed", "True", "BackoffLimitExceeded", "too often")), around())).toEqual({
    state: "failed",
    message: "Job migrate failed",
    reasons: ["[BackoffLimitExceeded] too often"],
  });
});

test("a Service waits for the pods behind it, unless it routes to none", () => {
  const service = (spec: PropertyMap) => ({ metadata: { name: "web" }, spec });
  const slice = (ready: boolean) => ({
    metadata: { labels: { "kubernetes.io/service-name": "web" } },
    endpoints: [{ conditions: { ready }, targetRef: { name: "web-1-x" } }],
  });
  const slices = (ready: boolean) => around({ "discovery.k8s.io/v1/EndpointSlice": [slice(ready)] });
  const routed = service({ selector: { app: "web" } });
  expect(serviceReadiness.assess(routed, slices(true)).state).toBe("ready");
  expect(serviceReadiness.assess(routed, slices(false))).toMatchObject({
    reasons: ["pods that are not ready: web-1-x"],
  });
  expect(serviceReadiness.assess(routed, around()).state).toBe("waiting");
  expect(serviceReadiness.assess(service({ selector: { app: "web" }, clusterIP: "None" }), around()).state).toBe(
    "ready",
  );
  expect(serviceReadiness.assess(service({ type: "ExternalName" }), around()).state).toBe("ready");
});

test("an Ingress waits for its address", () => {
  expect(ingressReadiness.assess({ status: {} }, around()).state).toBe("waiting");
  const served = { status: { loadBalancer: { ingress: [{ ip: "127.0.0.1" }] } } };
  expect(ingressReadiness.assess(served, around()).state).toBe("ready");
});

test("a claim waits to be bound, unless its class waits for the first consumer", () => {
  const claim = (phase: string) => ({
    metadata: { name: "data" },
    spec: { storageClassName: "standard" },
    status: { phase },
  });
  const classes = (volumeBindingMode: string) =>
    around({ "storage.k8s.io/v1/StorageClass": [{ metadata: { name: "standard" }, volumeBindingMode }] });
  expect(volumeClaimReadiness.assess(claim("Bound"), around()).state).toBe("ready");
  expect(volumeClaimReadiness.assess(claim("Pending"), classes("WaitForFirstConsumer")).state).toBe("ready");
  expect(volumeClaimReadiness.assess(claim("Pending"), classes("Immediate")).state).toBe("waiting");
  expect(volumeClaimReadiness.assess(claim("Pending"), around())).toMatchObject({
    reasons: ['PersistentVolumeClaim data is Pending (storage class "standard", which does not exist)'],
  });
});

test("a type can be used once it is established", () => {
  const definition = (status: string) => ({ status: { conditions: [condition("Established", status)] } });
  expect(customResourceDefinitionReadiness.assess(definition("True"), around()).state).toBe("ready");
  expect(customResourceDefinitionReadiness.assess(definition("False"), around()).state).toBe("waiting");
});

test("a deletion that hangs names the finalizers", () => {
  expect(deletionProblems({ metadata: { finalizers: ["kubernetes.io/pvc-protection"] } })).toEqual([
    "finalizers still to run: kubernetes.io/pvc-protection",
  ]);
});
