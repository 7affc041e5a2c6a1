import type { Deployment } from "kubernetes-types/apps/v1";
import type { Job } from "kubernetes-types/batch/v1";
import type { ConfigMap, Container, Namespace, PodSpec, Secret, Service } from "kubernetes-types/core/v1";
import type { Ingress, NetworkPolicy, NetworkPolicySpec } from "kubernetes-types/networking/v1";
import type { ClusterRole, PolicyRule } from "kubernetes-types/rbac/v1";
import type { ExternalSecret, KubernetesObject } from "../../policy/kubernetes-object.ts";

/** What a rule is shown, and what it has to say: path and problem of each finding; none for a passing case. */
export interface Case {
  readonly of: string;
  readonly objects: readonly KubernetesObject[];
  readonly finds: readonly string[];
}

/** The cases of a subject, by the rule's name. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

/** Where the container of `deployment` stands. */
export const CONTAINER = "spec.template.spec.containers[0]";

/** Where the pod of `deployment` stands. */
export const POD = "spec.template.spec";

const metadata = (name: string) => ({ name, namespace: "shop" });

export const LABELS = { "app.kubernetes.io/name": "cart" };

/** A Deployment `shop/cart` of one container, with nothing in it but what is given. */
export function deployment(container: Partial<Container> = {}, pod: Partial<PodSpec> = {}, replicas = 1): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata("cart"),
    spec: {
      replicas,
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: { containers: [{ name: "cart", ...container }], ...pod } },
    },
  };
}

/** A Job `shop/import` of one container. */
export function job(container: Partial<Container> = {}): Job {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata("import"),
    spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "import", ...container }] } } },
  };
}

export function namespace(labels: Record<string, string> = {}): Namespace {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels } };
}

export function configMap(data: Record<string, string>): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("settings"), data };
}

export function secret(stringData: Record<string, string>): Secret {
  return { apiVersion: "v1", kind: "Secret", metadata: metadata("keys"), stringData };
}

export function externalSecret(name: string, target: string, keys: readonly string[]): ExternalSecret {
  const template = { data: Object.fromEntries(keys.map((key) => [key, `{{ .${key} }}`])) };
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: metadata(name),
    spec: { target: { name: target, creationPolicy: "Owner", template } },
  };
}

export function service(spec: Service["spec"]): Service {
  return { apiVersion: "v1", kind: "Service", metadata: metadata("cart"), ...(spec ? { spec } : {}) };
}

export function networkPolicy(spec: NetworkPolicySpec): NetworkPolicy {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: metadata("policy"), spec };
}

export const defaultDeny = networkPolicy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });

export function ingress(spec: NonNullable<Ingress["spec"]>): Ingress {
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: metadata("shop"), spec };
}

export function clusterRole(...rules: PolicyRule[]): ClusterRole {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "reader" }, rules };
}
