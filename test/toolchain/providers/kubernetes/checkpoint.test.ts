import { expect, test } from "vitest";
import {
  checkpoint,
  liveInputs,
  previewed,
  toKubernetes,
  withEncodedData,
  withSecretData,
} from "../../../../toolchain/providers/kubernetes/checkpoint.ts";
import { isSameQuantity } from "../../../../toolchain/providers/kubernetes/quantity.ts";
import { hasSecret, isSecret, isUnknown, secret, UNKNOWN } from "../../../../toolchain/providers/protocol/values.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

test("a Secret's data is secret, whether the program marked it or not", () => {
  const inputs = withSecretData({ apiVersion: "v1", kind: "Secret", stringData: { a: "hunter2" } });
  expect(isSecret(inputs["stringData"])).toBe(true);
  const live = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", managedFields: [1] },
    data: { a: base64("hunter2") },
  };
  const state = checkpoint(inputs, live, "manager");
  expect(isSecret(state["data"])).toBe(true);
  expect(hasSecret(state["__inputs"])).toBe(true);
  expect(state).toMatchObject({ metadata: { name: "s" }, __fieldManager: "manager", __initialApiVersion: "v1" });
  expect(JSON.stringify(state)).not.toContain("managedFields");
});

test("a refresh without drift gives the inputs back, in their own spelling", () => {
  const inputs = { spec: { resources: { cpu: "1000m", memory: "1Gi" }, replicas: 2 } };
  const live = { spec: { resources: { cpu: "1", memory: "1Gi" }, replicas: 2, added: "by the server" }, status: {} };
  expect(liveInputs(inputs, live)).toEqual(inputs);
});

test("a refresh shows what somebody else changed or removed", () => {
  const live = { spec: { replicas: 5, list: ["a", "c"] } };
  expect(liveInputs({ spec: { replicas: 2, paused: false, list: ["a", "b"] } }, live)).toEqual({
    spec: { replicas: 5, list: ["a", "c"] },
  });
});

test("stringData is recorded as the data that it becomes; a value that is not known yet stays so", () => {
  const inputs = { apiVersion: "v1", kind: "Secret", data: { a: "MQ==" }, stringData: secret({ b: "2", c: UNKNOWN }) };
  expect(withEncodedData(inputs)).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    data: { a: "MQ==", b: base64("2"), c: UNKNOWN },
  });
});

test("a preview leaves open what only the real run decides", () => {
  const dryRun = { metadata: { name: "a", uid: "made-up", creationTimestamp: "now" }, status: {} };
  const shown = previewed(dryRun);
  expect(shown["metadata"]).toMatchObject({ name: "a" });
  expect(isUnknown((shown["metadata"] as { uid: string }).uid)).toBe(true);
  expect(isUnknown(shown["status"])).toBe(true);
});

test("a type's x-kubernetes fields have underscores in the program and dashes in the cluster", () => {
  const inputs = { schema: { x_kubernetes_preserve_unknown_fields: true } };
  expect(toKubernetes(inputs)).toEqual({ schema: { "x-kubernetes-preserve-unknown-fields": true } });
});

test.each([
  ["1000m", "1", true],
  ["0.5", "500m", true],
  ["1Gi", "1024Mi", true],
  ["1G", "1Gi", false],
  ["1", "2", false],
  ["latest", "latest", false],
])("%s and %s are the same quantity: %s", (a, b, same) => {
  expect(isSameQuantity(a, b)).toBe(same);
});
