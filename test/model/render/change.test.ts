import { expect, it } from "vitest";
import { overlay, type PlainObject } from "../../../model/overlay.ts";
import { renderPlatform } from "../../../model/render/platform.ts";
import { onlyPlatform, resolveOwn } from "../stack-fixtures.ts";
import { nameOf, renderedObjects, type RenderedObject } from "./rendered-stack.ts";

type Stack = Parameters<typeof resolveOwn>[0];

/** Names of the objects that differ, come or go when the stack's BizOSaaS settings say this as well. */
function changedBy(stack: Stack, platform: PlainObject): string[] {
  const before = renderedObjects(resolveOwn(stack));
  const after = renderedObjects(
    resolveOwn(stack, (values) => ({ ...overlay(values, { platforms: { bizosaas: platform } }) })),
  );
  const same = (a: RenderedObject | undefined, b: RenderedObject | undefined) =>
    JSON.stringify(a) === JSON.stringify(b);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !same(before.get(name), after.get(name))).sort();
}

const ofCrmsPort = [
  "ConfigMap/bizosaas-crm",
  "ConfigMap/bizosaas-frontend",
  "Deployment/bizosaas-crm",
  "Deployment/bizosaas-frontend",
  "NetworkPolicy/bizosaas-crm",
  "NetworkPolicy/bizosaas-frontend",
  "Service/bizosaas-crm",
];

it("changing one port changes exactly the objects that depend on it", () => {
  expect(changedBy("dev", { services: { crm: { port: 9004 } } })).toEqual(ofCrmsPort);
});

it("changing one port where there is an ingress changes the ingress as well", () => {
  expect(changedBy("prod", { services: { crm: { port: 9004 } } })).toEqual(
    [...ofCrmsPort, "Ingress/bizosaas-crm"].sort(),
  );
});

it.each<[string, PlainObject, string[]]>([
  ["nothing", {}, []],
  ["a NodePort", { services: { crm: { nodePort: 30114 } } }, ["Service/bizosaas-crm"]],
  ["replicas", { services: { crm: { replicas: 2 } } }, ["Deployment/bizosaas-crm"]],
  [
    "a variable",
    { services: { crm: { environment: { MODE: "fast" } } } },
    ["ConfigMap/bizosaas-crm", "Deployment/bizosaas-crm"],
  ],
  [
    "an autoscaler",
    { services: { crm: { autoscaling: { minReplicas: 1, maxReplicas: 2, targetCpuPercent: 70 } } } },
    ["Deployment/bizosaas-crm", "HorizontalPodAutoscaler/bizosaas-crm"],
  ],
  [
    "the size of a volume",
    { services: { "ai-orchestrator": { volumes: { models: { size: "3Gi" } } } } },
    ["PersistentVolumeClaim/bizosaas-ai-orchestrator-models"],
  ],
  [
    "the storage of a datastore",
    { datastores: { redis: { kind: "inCluster", storage: "2Gi" } } },
    ["StatefulSet/bizosaas-redis"],
  ],
])("changing %s changes exactly the objects that depend on it", (_what, settings, names) => {
  expect(changedBy("dev", settings)).toEqual(names);
});

it("two renderings of one stack are the same, key by key", () => {
  expect(changedBy("prod", {})).toEqual([]);
});

it("a platform's namespace enforces the restricted Pod Security profile", () => {
  const { namespace, defaultDeny } = renderPlatform(onlyPlatform(resolveOwn("dev")));
  expect(namespace.metadata).toEqual({
    name: "bizosaas-dev",
    labels: {
      "app.kubernetes.io/name": "bizosaas-dev",
      "app.kubernetes.io/part-of": "bizosaas",
      "app.kubernetes.io/component": "platform",
      "app.kubernetes.io/instance": "dev",
      "app.kubernetes.io/managed-by": "fleet",
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
    },
  });
  expect(nameOf(defaultDeny)).toBe("NetworkPolicy/default-deny");
  expect(defaultDeny.spec).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
});
