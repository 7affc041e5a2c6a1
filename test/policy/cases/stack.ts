import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2";
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from "kubernetes-types/policy/v1";
import type { HttpRoute } from "../../../model/render/gateway-api.ts";
import type { VirtualService } from "../../../model/render/istio.ts";
import type { KubernetesObject } from "../../../policy/kubernetes-object.ts";
import {
  configMap,
  CONTAINER,
  deployment,
  externalSecret,
  ingress,
  job,
  LABELS,
  POD,
  secret,
  service,
  type Cases,
} from "../objects.ts";

function budget(spec: Omit<PodDisruptionBudgetSpec, "selector">): PodDisruptionBudget {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "cart", namespace: "shop" },
    spec: { selector: { matchLabels: LABELS }, ...spec },
  };
}

function autoscaler(minReplicas: number, name = "cart"): HorizontalPodAutoscaler {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "cart", namespace: "shop" },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name }, minReplicas, maxReplicas: 9 },
  };
}

const two = deployment({}, {}, 2);
const spreading = { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" };

const backend = (port: number) =>
  ingress({
    rules: [
      { http: { paths: [{ pathType: "Prefix", backend: { service: { name: "cart", port: { number: port } } } }] } },
    ],
  });
const PORTS = { ports: [{ port: 80 }] };

const inCanary = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, namespace: "shop-canary" },
});

function httpRoute(namespace: string): HttpRoute {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "cart", namespace: "shop" },
    spec: {
      parentRefs: [{ name: "gateway" }],
      hostnames: ["shop.example"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [{ name: "cart", namespace, port: 80, weight: 100 }],
        },
      ],
    },
  };
}

function virtualService(namespace: string): VirtualService {
  const destination = { host: `cart.${namespace}.svc.cluster.local`, port: { number: 80 } };
  return {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "VirtualService",
    metadata: { name: "cart", namespace: "shop" },
    spec: { hosts: ["shop.example"], gateways: ["mesh"], http: [{ route: [{ destination, weight: 100 }] }] },
  };
}

const grant = {
  apiVersion: "gateway.networking.k8s.io/v1beta1",
  kind: "ReferenceGrant",
  metadata: { name: "routes", namespace: "shop-canary" },
  spec: {
    from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "shop" }],
    to: [{ group: "", kind: "Service" }],
  },
} as KubernetesObject;

const BACKEND = "spec.rules[0].http.paths[0].backend.service";

/** What keeps a service up, and what has to be there for it. */
export const stackCases: Cases = {
  "disruption-budget": [
    { of: "one pod, which any drain takes", objects: [deployment()], finds: [] },
    { of: "two pods with a budget", objects: [two, budget({ minAvailable: 1 })], finds: [] },
    {
      of: "two pods without",
      objects: [two],
      finds: ["spec.replicas runs 2 pods or more without a PodDisruptionBudget"],
    },
    {
      of: "an autoscaler that keeps three, whatever the Deployment says",
      objects: [deployment(), autoscaler(3)],
      finds: ["spec.replicas runs 3 pods or more without a PodDisruptionBudget"],
    },
  ],
  "disruption-budget-allows-drain": [
    { of: "a budget that lets one go", objects: [two, budget({ minAvailable: "50%" })], finds: [] },
    {
      of: "a budget that keeps all",
      objects: [two, budget({ minAvailable: 2 })],
      finds: ["spec.minAvailable lets no pod go"],
    },
    {
      of: "a percentage that rounds up to all",
      objects: [two, budget({ minAvailable: "51%" })],
      finds: ["spec.minAvailable lets no pod go"],
    },
    {
      of: "a budget of none",
      objects: [two, budget({ maxUnavailable: 0 })],
      finds: ["spec.maxUnavailable lets no pod go"],
    },
  ],
  "spread-over-nodes": [
    {
      of: "pods that spread",
      objects: [deployment({}, { topologySpreadConstraints: [spreading] }, 2)],
      finds: [],
    },
    {
      of: "pods that need not",
      objects: [two],
      finds: [`${POD}.topologySpreadConstraints runs 2 pods or more that may share one node`],
    },
  ],
  "priority-class": [
    { of: "a pod with one", objects: [deployment({}, { priorityClassName: "platform" })], finds: [] },
    { of: "a Job, which can wait", objects: [job()], finds: [] },
    { of: "a service without", objects: [deployment()], finds: [`${POD}.priorityClassName has no priority class`] },
  ],
  "references-resolve": [
    {
      of: "a ConfigMap, a Secret's key and the default account",
      objects: [
        deployment(
          {
            envFrom: [{ configMapRef: { name: "settings" } }],
            env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "keys", key: "api" } } }],
          },
          { serviceAccountName: "default" },
        ),
        configMap({}),
        secret({ api: "x" }),
      ],
      finds: [],
    },
    {
      of: "a key of a Secret that the operator makes",
      objects: [
        deployment({ env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "stored", key: "api" } } }] }),
        externalSecret("keys", "stored", ["api"]),
      ],
      finds: [],
    },
    {
      of: "a key that the operator's Secret does not have",
      objects: [
        deployment({ env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "stored", key: "none" } } }] }),
        externalSecret("keys", "stored", ["api"]),
      ],
      finds: [`${CONTAINER}.env[0].valueFrom.secretKeyRef names the key none, which the Secret stored does not have`],
    },
    {
      of: "an optional ConfigMap",
      objects: [deployment({ envFrom: [{ configMapRef: { name: "none", optional: true } }] })],
      finds: [],
    },
    {
      of: "a ConfigMap and an account that nobody makes",
      objects: [deployment({ envFrom: [{ configMapRef: { name: "none" } }] }, { serviceAccountName: "nobody" })],
      finds: [
        `${POD}.serviceAccountName names the ServiceAccount nobody, which the stack does not have`,
        `${CONTAINER}.envFrom[0].configMapRef.name names the ConfigMap none, which the stack does not have`,
      ],
    },
    {
      of: "a key that the Secret does not have, in a volume",
      objects: [
        deployment(
          {},
          { volumes: [{ name: "keys", secret: { secretName: "keys", items: [{ key: "tls", path: "tls" }] } }] },
        ),
        secret({ api: "x" }),
      ],
      finds: [`${POD}.volumes[0].secret.items[0].key names the key tls, which the Secret keys does not have`],
    },
    {
      of: "a claim that nobody makes",
      objects: [deployment({}, { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] })],
      finds: [
        `${POD}.volumes[0].persistentVolumeClaim.claimName names the PersistentVolumeClaim data, which the stack does not have`,
      ],
    },
  ],
  "targets-resolve": [
    {
      of: "an ingress to a port of a Service, and an autoscaler of a Deployment",
      objects: [backend(80), service({ ports: [{ port: 80 }] }), deployment(), autoscaler(1)],
      finds: [],
    },
    {
      of: "an ingress to nothing",
      objects: [backend(80)],
      finds: [`${BACKEND}.name names a Service that is not there`],
    },
    {
      of: "an ingress to another port",
      objects: [backend(81), service({ ports: [{ port: 80 }] })],
      finds: [`${BACKEND}.port names a port that the Service cart does not have`],
    },
    {
      of: "routes to both sides, with the other namespace's leave",
      objects: [
        httpRoute("shop-canary"),
        grant,
        virtualService("shop-canary"),
        service(PORTS),
        inCanary(service(PORTS)),
      ],
      finds: [],
    },
    {
      of: "routes to a side that is not there",
      objects: [httpRoute("shop-canary"), grant, virtualService("shop-canary"), service(PORTS)],
      finds: [
        "spec.rules[0].backendRefs[0] names a Service that is not there",
        "spec.http[0].route[0].destination names a Service that is not there",
      ],
    },
    {
      of: "a route to a namespace that grants it nothing",
      objects: [httpRoute("shop-canary"), inCanary(service(PORTS))],
      finds: ["spec.rules[0].backendRefs[0] names a Service of a namespace that grants it nothing"],
    },
    {
      of: "a route to another port",
      objects: [httpRoute("shop"), service({ ports: [{ port: 81 }] })],
      finds: ["spec.rules[0].backendRefs[0] names a port that the Service cart does not have"],
    },
    {
      of: "an autoscaler of another Deployment",
      objects: [deployment(), autoscaler(1, "other")],
      finds: ["spec.scaleTargetRef scales a workload that is not there"],
    },
  ],
};
