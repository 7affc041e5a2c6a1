import { expect, test } from "vitest";
import {
  ApiError,
  conflictingManagers,
  isNamespaceMissing,
  isPassing,
} from "../../../../toolchain/providers/kubernetes/api-error.ts";
import {
  fieldManagerOf,
  handedOver,
  isNewlyCreated,
  withIgnored,
} from "../../../../toolchain/providers/kubernetes/field-ownership.ts";

const managed = (manager: string) => ({
  metadata: { managedFields: [{ manager, fieldsV1: { "f:spec": { "f:replicas": {} } } }] },
  spec: { replicas: 5, paused: true },
});

test("the manager's name is the program's, else the state's, else one that the URN alone decides", () => {
  const annotated = { metadata: { annotations: { "pulumi.com/patchFieldManager": "fleet" } } };
  expect(fieldManagerOf("urn:a", annotated, { __fieldManager: "old" })).toBe("fleet");
  expect(fieldManagerOf("urn:a", {}, { __fieldManager: "old" })).toBe("old");
  expect(fieldManagerOf("urn:a", {})).toMatch(/^pulumi-kubernetes-standin-[0-9a-f]{8}$/);
  expect(fieldManagerOf("urn:a", {})).toBe(fieldManagerOf("urn:a", {}));
  expect(fieldManagerOf("urn:a", {})).not.toBe(fieldManagerOf("urn:b", {}));
});

test("an ignored field that the autoscaler owns is left to it", () => {
  const wanted = withIgnored(
    { spec: { replicas: 1, x: 1 } },
    managed("kube-controller-manager"),
    ["spec.replicas"],
    "us",
  );
  expect(wanted).toEqual({ spec: { x: 1 } });
});

test("an ignored field of our own keeps its live value", () => {
  expect(withIgnored({ spec: { replicas: 1 } }, managed("us"), ["spec.replicas"], "us")).toEqual({
    spec: { replicas: 5 },
  });
});

test("a conflict names the managers", () => {
  const status = { reason: "Conflict", details: { causes: [{ message: 'conflict with "helm" using apps/v1' }] } };
  expect(conflictingManagers(new ApiError(409, status, ""))).toEqual(["helm"]);
});

test("what kubectl changed by hand is handed over to the program, and what others own is not", () => {
  const entry = (manager: string, operation: string, field: string) => ({
    manager,
    operation,
    fieldsV1: { "f:spec": { [field]: {} } },
  });
  const others = entry("kube-controller-manager", "Update", "f:replicas");
  const ours = entry("us", "Apply", "f:template");
  const live = { metadata: { managedFields: [others, ours, entry("kubectl-set", "Update", "f:paused")] } };
  expect(handedOver(live, "us")).toEqual([
    others,
    { manager: "us", operation: "Apply", fieldsV1: { "f:spec": { "f:paused": {}, "f:template": {} } } },
  ]);
  expect(handedOver({ metadata: { managedFields: [others, ours] } }, "us")).toBeUndefined();
});

test("what the official provider created counts as ours at the first update", () => {
  const created = { metadata: { managedFields: [{ manager: "pulumi-kubernetes", operation: "Update" }] } };
  expect(isNewlyCreated(created)).toBe(true);
  expect(isNewlyCreated(managed("kubectl"))).toBe(false);
});

test("a server that is down or starting is worth another try; an answer about the object is not", () => {
  expect(isPassing(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }))).toBe(true);
  expect(isPassing(new ApiError(503, null, ""))).toBe(true);
  expect(isPassing(new ApiError(422, null, ""))).toBe(false);
});

test("a missing namespace is told from a missing object", () => {
  expect(isNamespaceMissing(new ApiError(404, { message: 'namespaces "a" not found' }, ""))).toBe(true);
  expect(isNamespaceMissing(new ApiError(404, { message: 'deployments.apps "a" not found' }, ""))).toBe(false);
});
