import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from "kubernetes-types/apps/v1";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2";
import type { CronJob, Job } from "kubernetes-types/batch/v1";
import type {
  ConfigMap,
  Namespace,
  PersistentVolumeClaim,
  Pod,
  Secret,
  Service,
  ServiceAccount,
} from "kubernetes-types/core/v1";
import type { LabelSelector, ObjectMeta } from "kubernetes-types/meta/v1";
import type { Ingress, NetworkPolicy } from "kubernetes-types/networking/v1";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "kubernetes-types/rbac/v1";
import type { Gateway, HttpRoute, ReferenceGrant } from "../model/render/gateway-api.ts";
import type { IngressGateway, VirtualService } from "../model/render/istio.ts";
import { UNKNOWN } from "./unknown-value.ts";

/** A Kubernetes object as plain data: rendered, read from a cluster, or told by the engine. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
}

/** As much of an ExternalSecret as rules look into. Source: External Secrets Operator, API specification. */
export interface ExternalSecret extends KubernetesObject {
  readonly spec?: {
    readonly target?: {
      readonly name?: string;
      readonly creationPolicy?: string;
      readonly template?: { readonly data?: Readonly<Record<string, string>> };
    };
    readonly data?: readonly { readonly secretKey?: string }[];
  };
}

/** The kinds that rules look into. */
export interface Kinds {
  "v1/Namespace": Namespace;
  "v1/Pod": Pod;
  "v1/Service": Service;
  "v1/ServiceAccount": ServiceAccount;
  "v1/ConfigMap": ConfigMap;
  "v1/Secret": Secret;
  "v1/PersistentVolumeClaim": PersistentVolumeClaim;
  "apps/v1/Deployment": Deployment;
  "apps/v1/StatefulSet": StatefulSet;
  "apps/v1/DaemonSet": DaemonSet;
  "apps/v1/ReplicaSet": ReplicaSet;
  "batch/v1/Job": Job;
  "batch/v1/CronJob": CronJob;
  "autoscaling/v2/HorizontalPodAutoscaler": HorizontalPodAutoscaler;
  "policy/v1/PodDisruptionBudget": PodDisruptionBudget;
  "networking.k8s.io/v1/NetworkPolicy": NetworkPolicy;
  "networking.k8s.io/v1/Ingress": Ingress;
  "external-secrets.io/v1/ExternalSecret": ExternalSecret;
  "gateway.networking.k8s.io/v1/Gateway": Gateway;
  "gateway.networking.k8s.io/v1/HTTPRoute": HttpRoute;
  "gateway.networking.k8s.io/v1beta1/ReferenceGrant": ReferenceGrant;
  "networking.istio.io/v1beta1/Gateway": IngressGateway;
  "networking.istio.io/v1beta1/VirtualService": VirtualService;
  "rbac.authorization.k8s.io/v1/Role": Role;
  "rbac.authorization.k8s.io/v1/ClusterRole": ClusterRole;
  "rbac.authorization.k8s.io/v1/RoleBinding": RoleBinding;
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ClusterRoleBinding;
}

/** Whether an object is of this API version and kind. */
export function isA<K extends keyof Kinds>(kind: K, object: KubernetesObject): object is Kinds[K] {
  return `${object.apiVersion ?? ""}/${object.kind ?? ""}` === kind;
}

/** All objects of one kind. */
export function allOf<K extends keyof Kinds>(kind: K, objects: readonly KubernetesObject[]): readonly Kinds[K][] {
  return objects.filter((object) => isA(kind, object));
}

/** What an object is called in reports: `Deployment bizosaas/bizosaas-crm`. */
export function describeObject({ kind, metadata }: KubernetesObject): string {
  const namespace = metadata?.namespace === undefined ? "" : `${metadata.namespace}/`;
  const name = metadata?.name;
  return `${kind ?? "object"} ${namespace}${name === undefined || name === UNKNOWN ? "(name not known yet)" : name}`;
}

/** The namespace an object is in; Kubernetes' own default where it says none. */
export function namespaceOf(object: KubernetesObject): string {
  return object.metadata?.namespace ?? "default";
}

/** The items of a list with their positions; nothing where there is no list, or one that is not known yet. */
export function itemsOf<T>(list: readonly T[] | undefined): readonly (readonly [number, T])[] {
  return Array.isArray(list) ? [...(list as readonly T[]).entries()] : [];
}

/** Whether a label selector matches labels (Kubernetes: Labels and Selectors). An empty one matches everything. */
export function selects(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (!selector) return false;
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    itemsOf(selector.matchExpressions).every(([, { key, operator, values }]) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && (values ?? []).includes(value);
        case "NotIn":
          return value === undefined || !(values ?? []).includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
