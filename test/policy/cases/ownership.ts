import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2";
import type { ManagedFieldsEntry } from "kubernetes-types/meta/v1";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1";
import type { KubernetesObject } from "../../../policy/kubernetes-object.ts";
import { configMap, deployment, ingress, LABELS, secret, service, type Cases } from "../objects.ts";

const metadata = (name: string) => ({ name, namespace: "shop" });

const autoscaler = (name: string): HorizontalPodAutoscaler => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: metadata(name),
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "cart" }, maxReplicas: 3 },
});

const budget = (name: string, label: string): PodDisruptionBudget => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: metadata(name),
  spec: { minAvailable: 1, selector: { matchLabels: { "app.kubernetes.io/name": label } } },
});

const externalSecret = (target: object): KubernetesObject =>
  ({
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: metadata("keys"),
    spec: { target },
  }) as KubernetesObject;

/** `shop/cart` without a number of replicas of its own. */
function unscaled() {
  const object = deployment();
  delete object.spec?.replicas;
  return object;
}

/** `shop/cart` as a cluster gives it back: the number is always there, and who wrote it. */
function live(...managedFields: ManagedFieldsEntry[]) {
  const object = deployment({}, {}, 3);
  return { ...object, metadata: { ...object.metadata, uid: "1", managedFields } };
}

const writes = { fieldsV1: { "f:spec": { "f:replicas": {} } } } as ManagedFieldsEntry;

const host = (path: string) => ({
  host: "shop.example",
  http: { paths: [{ path, pathType: "Prefix", backend: { service: { name: "cart" } } }] },
});
const second = (object: KubernetesObject): KubernetesObject => ({ ...object, metadata: metadata("second") });

/** Who may write what. */
export const ownershipCases: Cases = {
  "one-owner": [
    { of: "objects of different names or kinds", objects: [configMap({}), secret({}), unscaled()], finds: [] },
    { of: "one object twice", objects: [configMap({ A: "1" }), configMap({ A: "2" })], finds: [" is described twice"] },
    { of: "replicas that the autoscaler alone sets", objects: [unscaled(), autoscaler("cart")], finds: [] },
    {
      of: "replicas that both set",
      objects: [deployment(), autoscaler("cart")],
      finds: ["spec.replicas is set, and HorizontalPodAutoscaler shop/cart sets it too"],
    },
    {
      of: "replicas in a cluster that the autoscaler wrote through the scale subresource",
      objects: [live({ ...writes, subresource: "scale" }), autoscaler("cart")],
      finds: [],
    },
    {
      of: "replicas in a cluster that somebody wrote past the autoscaler",
      objects: [live({ ...writes, manager: "kubectl-edit" }), autoscaler("cart")],
      finds: ["spec.replicas is set, and HorizontalPodAutoscaler shop/cart sets it too"],
    },
    {
      of: "two autoscalers of one Deployment",
      objects: [unscaled(), autoscaler("cart"), autoscaler("night")],
      finds: ["spec.scaleTargetRef scales what HorizontalPodAutoscaler shop/cart scales too"],
    },
    {
      of: "budgets of different pods",
      objects: [unscaled(), budget("cart", "cart"), budget("till", "till")],
      finds: [],
    },
    {
      of: "two budgets of the same pods",
      objects: [unscaled(), budget("cart", LABELS["app.kubernetes.io/name"]), budget("night", "cart")],
      finds: ["spec.selector selects the pods of Deployment shop/cart, as PodDisruptionBudget shop/cart does"],
    },
    {
      of: "two ingresses of one host with different paths",
      objects: [ingress({ rules: [host("/a")] }), second(ingress({ rules: [host("/b")] }))],
      finds: [],
    },
    {
      of: "two ingresses of one path",
      objects: [ingress({ rules: [host("/a")] }), second(ingress({ rules: [host("/a")] }))],
      finds: ["spec.rules serves shop.example/a, as Ingress shop/shop does"],
    },
    {
      of: "two Services at one NodePort",
      objects: [
        service({ ports: [{ port: 80, nodePort: 30001 }] }),
        second(service({ ports: [{ port: 80, nodePort: 30001 }] })),
      ],
      finds: ["spec.ports takes NodePort 30001/TCP, as Service shop/cart does"],
    },
    {
      of: "an ExternalSecret that merges into a Secret",
      objects: [secret({}), externalSecret({ creationPolicy: "Merge" })],
      finds: [],
    },
    {
      of: "a Secret that an ExternalSecret owns",
      objects: [secret({}), externalSecret({ name: "keys" })],
      finds: [" is also written by ExternalSecret shop/keys"],
    },
    {
      of: "a Secret that two ExternalSecrets write",
      objects: [
        externalSecret({ name: "keys" }),
        { ...externalSecret({ name: "keys" }), metadata: { name: "others", namespace: "shop" } },
      ],
      finds: ["spec.target.name writes the Secret that ExternalSecret shop/keys writes"],
    },
  ],
};
