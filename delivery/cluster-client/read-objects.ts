import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { Cluster } from "./cluster.ts";

/** An object as the API server gives it back. */
export interface LiveObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
}

/** A list of the API: its path below the group's version, and the kind of its items, which do not say it themselves. */
interface Listing {
  readonly apiVersion: string;
  readonly resource: string;
  readonly kind: string;
}

const list = (apiVersion: string, resources: Readonly<Record<string, string>>): readonly Listing[] =>
  Object.entries(resources).map(([resource, kind]) => ({ apiVersion, resource, kind }));

const RBAC = "rbac.authorization.k8s.io/v1";

const NAMESPACED: readonly Listing[] = [
  ...list("v1", {
    pods: "Pod",
    services: "Service",
    serviceaccounts: "ServiceAccount",
    configmaps: "ConfigMap",
    secrets: "Secret",
    persistentvolumeclaims: "PersistentVolumeClaim",
  }),
  ...list("apps/v1", {
    deployments: "Deployment",
    statefulsets: "StatefulSet",
    daemonsets: "DaemonSet",
    replicasets: "ReplicaSet",
  }),
  ...list("batch/v1", { jobs: "Job", cronjobs: "CronJob" }),
  ...list("autoscaling/v2", { horizontalpodautoscalers: "HorizontalPodAutoscaler" }),
  ...list("policy/v1", { poddisruptionbudgets: "PodDisruptionBudget" }),
  ...list("networking.k8s.io/v1", { networkpolicies: "NetworkPolicy", ingresses: "Ingress" }),
  ...list(RBAC, { roles: "Role", rolebindings: "RoleBinding" }),
  ...list("external-secrets.io/v1", { externalsecrets: "ExternalSecret" }),
  ...list("gateway.networking.k8s.io/v1", { gateways: "Gateway", httproutes: "HTTPRoute" }),
  ...list("gateway.networking.k8s.io/v1beta1", { referencegrants: "ReferenceGrant" }),
  ...list("networking.istio.io/v1beta1", {
    gateways: "Gateway",
    virtualservices: "VirtualService",
    destinationrules: "DestinationRule",
  }),
];

const CLUSTER_WIDE: readonly Listing[] = list(RBAC, {
  clusterroles: "ClusterRole",
  clusterrolebindings: "ClusterRoleBinding",
});

/**
 * Everything that stands in the given namespaces, whoever put it there, with the cluster-wide rights that their accounts
 * hold. Of Secrets only the keys are kept. A namespace that is not there adds nothing.
 *
 * @throws ClusterAccessError when the API server does not answer or refuses.
 */
export async function readObjects(
  cluster: Pick<Cluster, "list">,
  namespaces: readonly string[],
): Promise<readonly LiveObject[]> {
  const all = await readList(cluster, { apiVersion: "v1", resource: "namespaces", kind: "Namespace" });
  const present = all.filter(({ metadata }) => namespaces.includes(metadata?.name ?? ""));
  const inside = await Promise.all(
    present.flatMap(({ metadata }) => NAMESPACED.map((listing) => readList(cluster, listing, metadata?.name))),
  );
  const clusterWide = await Promise.all(CLUSTER_WIDE.map((listing) => readList(cluster, listing)));
  const own = [...present, ...inside.flat()];
  return [...own, ...rightsOf(own, clusterWide.flat(), namespaces)].map(withoutSecretValues);
}

async function readList(
  cluster: Pick<Cluster, "list">,
  { apiVersion, resource, kind }: Listing,
  namespace?: string,
): Promise<readonly LiveObject[]> {
  const root = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  const place = namespace === undefined ? "" : `/namespaces/${namespace}`;
  const items = await cluster.list(`${root}${place}/${resource}`);
  return items.map((item) => ({ ...(item as LiveObject), apiVersion, kind }));
}

interface Binding extends LiveObject {
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

/** The cluster-wide bindings that name an account of these namespaces, and the cluster roles that any binding names. */
function rightsOf(
  own: readonly LiveObject[],
  clusterWide: readonly Binding[],
  namespaces: readonly string[],
): readonly LiveObject[] {
  const isOurs = ({ kind, name, namespace }: NonNullable<Binding["subjects"]>[number]) =>
    (kind === "ServiceAccount" && namespaces.includes(namespace ?? "")) ||
    (kind === "Group" && namespaces.some((one) => name === `system:serviceaccounts:${one}`));
  const bindings = clusterWide.filter(({ subjects }) => (subjects ?? []).some(isOurs));
  const named = new Set(
    [...own, ...bindings].flatMap(({ roleRef }: Binding) => (roleRef?.kind === "ClusterRole" ? [roleRef.name] : [])),
  );
  const roles = clusterWide.filter(({ kind, metadata }) => kind === "ClusterRole" && named.has(metadata?.name ?? ""));
  return [...bindings, ...roles];
}

function withoutSecretValues(object: LiveObject): LiveObject {
  if (object.kind !== "Secret") return object;
  const { data } = object as { readonly data?: object };
  return { ...object, data: Object.fromEntries(Object.keys(data ?? {}).map((key) => [key, ""])) } as LiveObject;
}
