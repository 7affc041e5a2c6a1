import { expect, test } from "vitest";
import { formatPath, isWithin, kubernetesDifference } from "../../../../toolchain/providers/kubernetes/difference.ts";
import { kubernetesSettings } from "../../../../toolchain/providers/kubernetes/settings.ts";
import { secret, UNKNOWN, type PropertyMap } from "../../../../toolchain/providers/protocol/values.ts";

const settings = kubernetesSettings(new Map(), {});
const mutable = kubernetesSettings(
  new Map([
    ["enableConfigMapMutable", "true"],
    ["enableSecretMutable", "true"],
  ]),
  {},
);

const object = (apiVersion: string, kind: string, rest: PropertyMap, metadata: PropertyMap = {}): PropertyMap => ({
  apiVersion,
  kind,
  metadata: { name: "brain", namespace: "bizosaas", ...metadata },
  ...rest,
});
const deployment = (spec: PropertyMap, metadata?: PropertyMap) => object("apps/v1", "Deployment", { spec }, metadata);

test("equal inputs change nothing, whether a value is secret or not", () => {
  const inputs = deployment({ replicas: 2 });
  expect(kubernetesDifference(inputs, deployment({ replicas: secret(2) }), settings).changes).toEqual({});
});

test("changes are named by their paths, and updated in place", () => {
  const before = deployment({ replicas: 1, template: { spec: { containers: [{ image: "a:1" }] } } });
  const after = deployment({ replicas: 0, template: { spec: { containers: [{ image: "a:2", tty: true }] } } });
  expect(kubernetesDifference(before, after, settings)).toEqual({
    changes: {
      "spec.replicas": "update",
      "spec.template.spec.containers[0].image": "update",
      "spec.template.spec.containers[0].tty": "add",
    },
    deleteBeforeReplace: false,
  });
});

test.each([
  [
    "a Deployment's selector",
    deployment({ selector: { matchLabels: { app: "a" } } }),
    deployment({ selector: { matchLabels: { app: "b" } } }),
  ],
  [
    "a StatefulSet's claims",
    object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [] } }),
    object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [{}] } }),
  ],
  [
    "a Job's template",
    object("batch/v1", "Job", { spec: { template: { a: 1 } } }),
    object("batch/v1", "Job", { spec: { template: { a: 2 } } }),
  ],
  [
    "a Service's address",
    object("v1", "Service", { spec: {} }),
    object("v1", "Service", { spec: { clusterIP: "None" } }),
  ],
  [
    "a claim's class",
    object("v1", "PersistentVolumeClaim", { spec: { storageClassName: "a" } }),
    object("v1", "PersistentVolumeClaim", { spec: { storageClassName: "b" } }),
  ],
  [
    "a binding's role",
    object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "a" } }),
    object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "b" } }),
  ],
])("%s cannot be changed in place: the object is replaced, the old one first", (_what, before, after) => {
  const difference = kubernetesDifference(before, after, settings);
  expect(Object.values(difference.changes)).toEqual([expect.stringMatching(/-replace$/)]);
  expect(difference.deleteBeforeReplace).toBe(true);
});

test("another name or namespace replaces, and the old object may stay until the new one is there", () => {
  const moved = kubernetesDifference(deployment({}), deployment({}, { namespace: "other" }), settings);
  expect(moved).toEqual({ changes: { "metadata.namespace": "update-replace" }, deleteBeforeReplace: false });
});

test("an object whose name was made up is replaced under a new name, without a gap", () => {
  const metadata = { annotations: { "pulumi.com/autonamed": "true" } };
  const before = deployment({ selector: { a: 1 } }, metadata);
  const after = deployment({ selector: { a: 2 } }, metadata);
  expect(kubernetesDifference(before, after, settings).deleteBeforeReplace).toBe(false);
});

test("changed data replaces a ConfigMap or Secret unless the provider allows the change, and always a sealed one", () => {
  const map = (value: string, rest: PropertyMap = {}) => object("v1", "ConfigMap", { data: { a: value }, ...rest });
  const hidden = (value: string) => object("v1", "Secret", { stringData: { a: secret(value) } });
  expect(kubernetesDifference(map("1"), map("2"), settings).changes).toEqual({ "data.a": "update-replace" });
  expect(kubernetesDifference(map("1"), map("2"), mutable).changes).toEqual({ "data.a": "update" });
  expect(kubernetesDifference(hidden("1"), hidden("2"), mutable).changes).toEqual({ "stringData.a": "update" });
  const sealed = kubernetesDifference(map("1", { immutable: true }), map("2", { immutable: true }), mutable);
  expect(sealed.changes).toEqual({ "data.a": "update-replace" });
});

test("no namespace and the default one are the same", () => {
  const bare = { apiVersion: "v1", kind: "Service", metadata: { name: "a" } };
  const named = { apiVersion: "v1", kind: "Service", metadata: { name: "a", namespace: "default" } };
  expect(kubernetesDifference(bare, named, settings).changes).toEqual({});
});

test("the same amount in another spelling is no change", () => {
  const claims = (cpu: string) => deployment({ template: { resources: { requests: { cpu } } } });
  expect(kubernetesDifference(claims("0.02"), claims("20m"), settings).changes).toEqual({});
  expect(Object.keys(kubernetesDifference(claims("0.02"), claims("30m"), settings).changes)).toHaveLength(1);
});

test("ignored changes are none", () => {
  const ignored = kubernetesDifference(deployment({ replicas: 1 }), deployment({ replicas: 5 }), settings, [
    "spec.replicas",
  ]);
  expect(ignored.changes).toEqual({});
});

test("a value that is not known yet counts as a change", () => {
  expect(kubernetesDifference(deployment({ a: { b: 1 } }), deployment({ a: UNKNOWN }), settings).changes).toEqual({
    "spec.a": "update",
  });
});

test("paths quote what is no identifier, and contain each other by step", () => {
  expect(formatPath(["metadata", "annotations", "a.b/c"])).toBe('metadata.annotations["a.b/c"]');
  expect(isWithin('metadata.annotations["a.b/c"]', "metadata.annotations")).toBe(true);
  expect(isWithin("spec.containers[3].image", "spec.containers[*].image")).toBe(true);
  expect(isWithin("spec.selectors", "spec.selector")).toBe(false);
});
