import { BlockList, isIPv4 } from "node:net";
import type { Container } from "kubernetes-types/core/v1";
import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from "kubernetes-types/networking/v1";
import { allOf, describeObject, namespaceOf, selects, type KubernetesObject } from "../../policy/kubernetes-object.ts";
import { podOf } from "../../policy/pod.ts";

type Labels = Readonly<Record<string, string>>;

/** A pod as network policies see it. */
export interface PodEnd {
  readonly kind: "pod";
  /** For messages: the object that makes the pod. */
  readonly name: string;
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  /** Ports that its containers declare, by name and number. */
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly protocol: string }[];
}

/** Something that is no pod, by its address. */
export interface AddressEnd {
  readonly kind: "address";
  readonly address: string;
}

export type End = PodEnd | AddressEnd;

/** One try to connect. */
export interface Attempt {
  readonly from: End;
  readonly to: End;
  readonly port: number;
  /** Default TCP. */
  readonly protocol?: "TCP" | "UDP";
}

/** The pods that objects make: one for each Deployment, StatefulSet, Job and CronJob. */
export function podEnds(objects: readonly KubernetesObject[]): readonly PodEnd[] {
  const namespaces = new Map(
    allOf("v1/Namespace", objects).map(({ metadata }) => [metadata?.name ?? "", metadata?.labels ?? {}]),
  );
  return objects.flatMap((object): PodEnd[] => {
    const pod = podOf(object);
    if (!pod) return [];
    const namespace = namespaceOf(object);
    const ports = pod.spec.containers.flatMap(({ ports = [] }: Container) =>
      ports.map(({ name, containerPort, protocol = "TCP" }) => ({
        ...(name === undefined ? {} : { name }),
        port: containerPort,
        protocol,
      })),
    );
    return [
      {
        kind: "pod",
        name: describeObject(object),
        namespace,
        namespaceLabels: namespaceLabels(namespace, namespaces.get(namespace)),
        labels: pod.labels,
        ports,
      },
    ];
  });
}

/** A pod that no stack makes: of another namespace, or one that somebody has brought along. */
export function foreignPod(namespace: string, labels: Labels = {}): PodEnd {
  const name = `Pod ${namespace}/foreign`;
  return { kind: "pod", name, namespace, namespaceLabels: namespaceLabels(namespace), labels, ports: [] };
}

// The API server gives every namespace this label (Kubernetes: Well-Known Labels).
function namespaceLabels(name: string, labels: Labels = {}): Labels {
  return { ...labels, "kubernetes.io/metadata.name": name };
}

/**
 * Whether the network policies among some objects let an attempt through, at both of its ends.
 *
 * What Kubernetes documents under "Network Policies": a pod that no policy selects for a direction is open in that
 * direction; otherwise one rule of one policy has to match peer and port. An end that is no pod has no policies.
 */
export function connections(objects: readonly KubernetesObject[]): (attempt: Attempt) => boolean {
  const policies = allOf("networking.k8s.io/v1/NetworkPolicy", objects);
  const known = new Map<PodEnd, Governance>();
  const governanceOf = (pod: PodEnd): Governance => {
    const found = known.get(pod) ?? governance(pod, policies);
    known.set(pod, found);
    return found;
  };
  const allowed = (direction: Direction, self: End, peer: End, attempt: Attempt): boolean => {
    const rules = self.kind === "pod" ? governanceOf(self)[direction] : undefined;
    return (
      rules === undefined ||
      rules.some(
        ({ policy, peers, ports }) =>
          (ports.length === 0 || ports.some((one) => isPort(one, attempt))) &&
          (peers.length === 0 || peers.some((one) => isPeer(one, peer, policy))),
      )
    );
  };
  return (attempt) =>
    allowed("Egress", attempt.from, attempt.to, attempt) && allowed("Ingress", attempt.to, attempt.from, attempt);
}

type Direction = "Ingress" | "Egress";

interface Rule {
  readonly policy: NetworkPolicy;
  readonly peers: readonly NetworkPolicyPeer[];
  readonly ports: readonly NetworkPolicyPort[];
}

/** The rules that a pod is under, all of its policies together; undefined for a direction in which it is open. */
type Governance = Readonly<Record<Direction, readonly Rule[] | undefined>>;

function governance(pod: PodEnd, policies: readonly NetworkPolicy[]): Governance {
  const own = policies.filter(
    (policy) => namespaceOf(policy) === pod.namespace && selects(policy.spec?.podSelector, pod.labels),
  );
  const rules = (direction: Direction): readonly Rule[] | undefined => {
    const governing = own.filter((policy) => governs(policy, direction));
    return governing.length === 0 ? undefined : governing.flatMap((policy) => rulesOf(policy, direction));
  };
  return { Ingress: rules("Ingress"), Egress: rules("Egress") };
}

// Left out, policyTypes is Ingress, and Egress where there are egress rules (Kubernetes: NetworkPolicySpec).
function governs({ spec }: NetworkPolicy, direction: Direction): boolean {
  return (spec?.policyTypes ?? ["Ingress", ...(spec?.egress ? ["Egress"] : [])]).includes(direction);
}

function rulesOf(policy: NetworkPolicy, direction: Direction): readonly Rule[] {
  const { ingress = [], egress = [] } = policy.spec ?? {};
  return direction === "Ingress"
    ? ingress.map(({ from = [], ports = [] }: NetworkPolicyIngressRule) => ({ policy, peers: from, ports }))
    : egress.map(({ to = [], ports = [] }: NetworkPolicyEgressRule) => ({ policy, peers: to, ports }));
}

function isPeer(peer: NetworkPolicyPeer, end: End, policy: NetworkPolicy): boolean {
  if (peer.ipBlock) return end.kind === "address" && isInside(end.address, peer.ipBlock);
  if (end.kind === "address") return false;
  const namespace = peer.namespaceSelector
    ? selects(peer.namespaceSelector, end.namespaceLabels)
    : end.namespace === namespaceOf(policy);
  return namespace && (peer.podSelector ? selects(peer.podSelector, end.labels) : true);
}

function isInside(address: string, { cidr, except = [] }: IPBlock): boolean {
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  const covers = (block: string): boolean => {
    const [net = "", prefix = ""] = block.split("/");
    if (isIPv4(net) !== isIPv4(address)) return false;
    const list = new BlockList();
    list.addSubnet(net, Number(prefix), family);
    return list.check(address, family);
  };
  return covers(cidr) && !except.some(covers);
}

function isPort({ protocol = "TCP", port, endPort }: NetworkPolicyPort, attempt: Attempt): boolean {
  if (protocol !== (attempt.protocol ?? "TCP")) return false;
  if (port === undefined) return true;
  if (typeof port === "number") return attempt.port >= port && attempt.port <= (endPort ?? port);
  const { to } = attempt;
  return (
    to.kind === "pod" &&
    to.ports.some((one) => one.name === port && one.port === attempt.port && one.protocol === protocol)
  );
}
