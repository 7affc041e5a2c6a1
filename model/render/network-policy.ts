import type {
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
} from "kubernetes-types/networking/v1";
import { boundedName } from "../name.ts";
import type {
  ResolvedBackup,
  ResolvedDatastore,
  ResolvedLink,
  ResolvedMigration,
  ResolvedService,
  ResolvedWorkload,
} from "../resolve/resolved.ts";
import type { CanaryNeighbour } from "../resolve/resolved-traffic.ts";

const tcp = (port: number) => ({ protocol: "TCP" as const, port });

// CoreDNS carries this label in every distribution (Kubernetes: Customizing DNS Service).
const toDns: NetworkPolicyEgressRule = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

// The internet, less what is never part of it: private, link-local and loopback ranges (RFC 1918, 3927, 1122).
const toInternet: NetworkPolicyEgressRule = {
  to: [
    {
      ipBlock: {
        cidr: "0.0.0.0/0",
        except: ["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
      },
    },
  ],
  ports: [tcp(443)],
};

/** Lets a service's callers in and the service out to its links, and nothing else either way. */
export function serviceNetworkPolicy(service: ResolvedService): NetworkPolicy {
  const port = tcp(service.specification.port);
  return workloadNetworkPolicy(
    service,
    [...ingressOf(service.callers, port), ...outsideIngress(service, port), ...gatewayIngress(service, port)],
    toControlPlane(service),
  );
}

/** Lets a service or task out to its links, and nobody in but whom `ingress` names. */
export function workloadNetworkPolicy(
  workload: ResolvedWorkload,
  ingress: NetworkPolicyIngressRule[] = [],
  egress: NetworkPolicyEgressRule[] = [],
): NetworkPolicy {
  const outbound = workload.declaration.outbound?.length ? [toInternet] : [];
  return policy(workload, ingress, [toDns, ...workload.links.flatMap(toLink), ...outbound, ...egress]);
}

/** Lets a canary's services, in `namespace`, talk with one end that stands beside the stable ones. */
export function neighbourNetworkPolicy(neighbour: CanaryNeighbour, namespace: string): NetworkPolicy {
  const callers = neighbour.callers.map((caller) => ({ ...caller, namespace }));
  const egress = neighbour.targets.map(({ selector, port }) => ({
    to: [peer(selector, namespace)],
    ports: [tcp(port)],
  }));
  const objectName = boundedName([neighbour.objectName, "canary"]);
  return policy({ ...neighbour, objectName }, ingressOf(callers, tcp(neighbour.port)), egress);
}

/** Lets a datastore's dependants in; it calls nobody. */
export function datastoreNetworkPolicy(
  datastore: ResolvedDatastore,
  callers: ResolvedService["callers"],
): NetworkPolicy {
  return policy(datastore, ingressOf(callers, tcp(datastore.port)), []);
}

/** Lets a migration out to its database; nobody calls it. */
export function migrationNetworkPolicy(migration: ResolvedMigration): NetworkPolicy {
  const { database } = migration;
  const toDatabase: NetworkPolicyEgressRule =
    database.kind === "external"
      ? { to: database.addresses.map((cidr) => ({ ipBlock: { cidr } })), ports: [tcp(database.port)] }
      : { to: [{ podSelector: { matchLabels: { ...database.selector } } }], ports: [tcp(database.port)] };
  return policy({ ...migration, namespace: database.namespace }, [], [toDns, toDatabase]);
}

/** Lets backups out to their database; nobody calls them. */
export function backupNetworkPolicy({ database, ...backup }: ResolvedBackup): NetworkPolicy {
  return clientNetworkPolicy({ ...backup, namespace: database.namespace }, database);
}

/** Lets a Job out to its datastore in the cluster; nobody calls it. */
export function clientNetworkPolicy(
  subject: PolicySubject,
  datastore: Pick<ResolvedDatastore, "selector" | "port">,
): NetworkPolicy {
  const toDatastore: NetworkPolicyEgressRule = {
    to: [{ podSelector: { matchLabels: { ...datastore.selector } } }],
    ports: [tcp(datastore.port)],
  };
  return policy(subject, [], [toDns, toDatastore]);
}

/** The workload whose traffic a policy is about. */
type PolicySubject = Pick<ResolvedService, "objectName" | "namespace" | "labels" | "selector">;

function policy(
  subject: PolicySubject,
  ingress: NetworkPolicyIngressRule[],
  egress: NetworkPolicyEgressRule[],
): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: subject.objectName, namespace: subject.namespace, labels: { ...subject.labels } },
    spec: {
      podSelector: { matchLabels: { ...subject.selector } },
      policyTypes: ["Ingress", "Egress"],
      ingress,
      egress,
    },
  };
}

function ingressOf(callers: ResolvedService["callers"], port: ReturnType<typeof tcp>): NetworkPolicyIngressRule[] {
  if (callers.length === 0) return [];
  return [{ from: callers.map(({ selector, namespace }) => peer(selector, namespace)), ports: [port] }];
}

/** Pods by their labels; in the policy's own namespace where none is given. */
function peer(selector: ResolvedService["selector"], namespace: string | undefined): NetworkPolicyPeer {
  return {
    ...(namespace === undefined ? {} : inNamespace(namespace)),
    podSelector: { matchLabels: { ...selector } },
  };
}

function inNamespace(name: string): NetworkPolicyPeer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}

/** Istio's sidecars ask istiod for their configuration and certificates at this port (Istio: Ports used by Istio). */
function toControlPlane({ gateway }: ResolvedService): NetworkPolicyEgressRule[] {
  return gateway?.kind === "istio" ? [{ to: [inNamespace(gateway.controlPlaneNamespace)], ports: [tcp(15012)] }] : [];
}

function gatewayIngress({ gateway, declaration }: ResolvedService, port: ReturnType<typeof tcp>) {
  if (!gateway || declaration.host === undefined) return [];
  return [{ from: [inNamespace(gateway.controllerNamespace)], ports: [port] }];
}

function outsideIngress(service: ResolvedService, port: ReturnType<typeof tcp>): NetworkPolicyIngressRule[] {
  switch (service.exposure.kind) {
    case "internal":
      return [];
    case "nodePort":
      // A NodePort's traffic comes from a node's address or, unmasked, from anywhere: no selector can name it.
      return [{ ports: [port] }];
    case "ingress":
      return [
        {
          from: [inNamespace(service.exposure.controllerNamespace)],
          ports: [port],
        },
      ];
  }
}

function toLink(link: ResolvedLink): NetworkPolicyEgressRule[] {
  switch (link.kind) {
    case "absent":
      return [];
    case "external":
      return [{ to: link.addresses.map((cidr) => ({ ipBlock: { cidr } })), ports: [tcp(link.port)] }];
    case "service":
    case "inCluster":
      return [{ to: [peer(link.targetLabels, link.targetNamespace)], ports: [tcp(link.port)] }];
  }
}
