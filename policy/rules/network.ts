import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { allOf, isA, itemsOf, namespaceOf, selects, type KubernetesObject } from "../kubernetes-object.ts";
import { podOf } from "../pod.ts";
import { ALWAYS, type Finding, type Levels, type ObjectRule, type Rule, type StackFinding } from "../rule.ts";
import { UNKNOWN } from "../unknown-value.ts";

const NSA_NETWORK = "NSA/CISA Kubernetes Hardening Guidance: Network policies";

/** Only the local cluster, which has no ingress controller, is exempt. */
const BEYOND_DEV: Levels = { dev: "disabled", staging: "mandatory", prod: "mandatory" };

function selectsEveryPod({ spec }: NetworkPolicy): boolean {
  const { matchLabels, matchExpressions } = spec?.podSelector ?? {};
  return spec !== undefined && Object.keys(matchLabels ?? {}).length === 0 && itemsOf(matchExpressions).length === 0;
}

function deniesAll(policy: NetworkPolicy, direction: "Ingress" | "Egress"): boolean {
  const allowed = direction === "Ingress" ? policy.spec?.ingress : policy.spec?.egress;
  return selectsEveryPod(policy) && governs(policy, direction) && itemsOf<object>(allowed).length === 0;
}

// Left out, policyTypes is Ingress, and Egress where there are egress rules (Kubernetes: NetworkPolicySpec).
function governs({ spec }: NetworkPolicy, direction: "Ingress" | "Egress"): boolean {
  const types = spec?.policyTypes ?? ["Ingress", ...(spec?.egress ? ["Egress"] : [])];
  return types.includes(direction);
}

const defaultDeny: Rule = {
  name: "namespace-default-deny",
  risk: "A pod that no policy selects talks to everybody, and everybody to it.",
  source: `${NSA_NETWORK}; CIS Kubernetes Benchmark 5.3.2`,
  fix: "add a NetworkPolicy with podSelector {} and policyTypes [Ingress, Egress] and no rules",
  levels: ALWAYS,
  scope: "stack",
  check: (objects) => {
    const policies = allOf("networking.k8s.io/v1/NetworkPolicy", objects);
    return firstOfEachNamespace(objects).flatMap(([namespace, object]) =>
      (["Ingress", "Egress"] as const).flatMap((direction): StackFinding[] => {
        if (policies.some((policy) => namespaceOf(policy) === namespace && deniesAll(policy, direction))) return [];
        const problem = `does not deny ${direction.toLowerCase()} by default`;
        const isItself = isA("v1/Namespace", object);
        return [{ object, path: [], problem: isItself ? problem : `is in namespace ${namespace}, which ${problem}` }];
      }),
    );
  },
};

/** Each namespace that the stack makes or puts pods into, with the object that says so. */
function firstOfEachNamespace(objects: readonly KubernetesObject[]): readonly (readonly [string, KubernetesObject])[] {
  const found = new Map<string, KubernetesObject>();
  for (const object of allOf("v1/Namespace", objects)) found.set(object.metadata?.name ?? "", object);
  for (const object of objects) {
    if (podOf(object) && !found.has(namespaceOf(object))) found.set(namespaceOf(object), object);
  }
  return [...found];
}

const selected: Rule = {
  name: "workload-network-policy",
  risk: "Nobody has written down who may reach this workload and whom it may reach.",
  source: NSA_NETWORK,
  fix: "add a NetworkPolicy for Ingress and Egress that selects the workload's pods by their labels",
  levels: ALWAYS,
  scope: "stack",
  check: (objects) => {
    const policies = allOf("networking.k8s.io/v1/NetworkPolicy", objects).filter((policy) => !selectsEveryPod(policy));
    return objects.flatMap((object) => {
      const pod = podOf(object);
      if (!pod || holdsUnknown(pod.labels)) return [];
      const own = policies.filter(
        (policy) => namespaceOf(policy) === namespaceOf(object) && selects(policy.spec?.podSelector, pod.labels),
      );
      return (["Ingress", "Egress"] as const)
        .filter((direction) => !own.some((policy) => governs(policy, direction)))
        .map((direction) => ({
          object,
          path: [...pod.path.slice(0, -1), "metadata", "labels"],
          problem: `no NetworkPolicy for ${direction.toLowerCase()} selects its pods`,
        }));
    });
  },
};

function holdsUnknown(labels: unknown): boolean {
  return JSON.stringify(labels).includes(UNKNOWN);
}

const allowAll: ObjectRule = {
  name: "no-allow-all-network-policy",
  risk: "One rule that names neither peer nor port undoes every other policy of the pods it selects.",
  source: NSA_NETWORK,
  fix: "name the peers or the ports",
  levels: ALWAYS,
  scope: "object",
  check: (object) => {
    if (!isA("networking.k8s.io/v1/NetworkPolicy", object)) return [];
    const open = (field: "ingress" | "egress", index: number, peers: number, ports: number): readonly Finding[] =>
      peers + ports === 0 ? [{ path: ["spec", field, index], problem: `allows all ${field}` }] : [];
    return [
      ...itemsOf(object.spec?.ingress).flatMap(([index, { from, ports }]) =>
        open("ingress", index, from?.length ?? 0, ports?.length ?? 0),
      ),
      ...itemsOf(object.spec?.egress).flatMap(([index, { to, ports }]) =>
        open("egress", index, to?.length ?? 0, ports?.length ?? 0),
      ),
    ];
  },
};

const ingressTls: ObjectRule = {
  name: "ingress-tls",
  risk: "Passwords and tokens cross the network in the clear.",
  source: "NSA/CISA Kubernetes Hardening Guidance: Encryption; CIS Kubernetes Benchmark 5.4",
  fix: "name a certificate for the host: expose: { kind: ingress, tlsSecret }, or route: { tlsSecret }",
  levels: BEYOND_DEV,
  scope: "object",
  check: (object) => {
    if (isA("gateway.networking.k8s.io/v1/Gateway", object)) {
      return itemsOf(object.spec.listeners).flatMap(([index, { protocol }]) => plainHttp(protocol, "listeners", index));
    }
    if (isA("networking.istio.io/v1beta1/Gateway", object)) {
      return itemsOf(object.spec.servers).flatMap(([index, { port }]) => plainHttp(port.protocol, "servers", index));
    }
    if (!isA("networking.k8s.io/v1/Ingress", object)) return [];
    const hosts = itemsOf(object.spec?.tls).flatMap(([, tls]) => (tls.secretName ? itemsOf(tls.hosts) : []));
    const covered = (host: string) =>
      hosts.some(([, name]) => name === host || name === host.replace(/^[^.]+\./, "*."));
    return itemsOf(object.spec?.rules).flatMap(([index, { host }]): Finding[] =>
      host !== undefined && covered(host)
        ? []
        : [
            {
              path: ["spec", "rules", index, "host"],
              problem: "is served without TLS",
              ...(host === undefined ? {} : { value: host }),
            },
          ],
    );
  },
};

function plainHttp(protocol: string, field: string, index: number): readonly Finding[] {
  return protocol === "HTTPS"
    ? []
    : [{ path: ["spec", field, index], problem: "listens without TLS", value: protocol }];
}

const nodePort: ObjectRule = {
  name: "no-node-port",
  risk: "A port of every node goes round the ingress, its TLS and its limits.",
  source:
    "NSA/CISA Kubernetes Hardening Guidance: Namespace separation and network boundaries; seed 004 names NodePorts for dev",
  fix: "expose the service by ingress, or not at all: expose: { kind: ingress | internal }",
  levels: BEYOND_DEV,
  scope: "object",
  check: (object) =>
    isA("v1/Service", object) && object.spec?.type === "NodePort"
      ? [{ path: ["spec", "type"], problem: "opens a port on every node", value: "NodePort" }]
      : [],
};

const externalIps: ObjectRule = {
  name: "no-external-ips",
  risk: "A Service with external addresses takes over traffic to them (CVE-2020-8554).",
  source: "Kubernetes: CVE-2020-8554, admission plugin DenyServiceExternalIPs",
  fix: "remove externalIPs",
  levels: ALWAYS,
  scope: "object",
  check: (object) =>
    isA("v1/Service", object) && itemsOf(object.spec?.externalIPs).length > 0
      ? [{ path: ["spec", "externalIPs"], problem: "claims external addresses", value: object.spec?.externalIPs }]
      : [],
};

const restrictedNamespace: ObjectRule = {
  name: "namespace-pod-security",
  risk: "Whatever reaches the namespace by another way than this program may run with any rights.",
  source: "Kubernetes: Pod Security Admission; CIS Kubernetes Benchmark 5.2.1",
  fix: "label the namespace pod-security.kubernetes.io/enforce: restricted",
  levels: ALWAYS,
  scope: "object",
  check: (object) => {
    if (!isA("v1/Namespace", object)) return [];
    const label = "pod-security.kubernetes.io/enforce";
    const value = object.metadata?.labels?.[label];
    if (value === "restricted") return [];
    return [
      {
        path: ["metadata", "labels", label],
        problem: "does not enforce the restricted profile",
        ...(value === undefined ? {} : { value }),
      },
    ];
  },
};

/** Who may reach whom, and how the outside gets in. */
export const networkRules: readonly Rule[] = [
  defaultDeny,
  selected,
  allowAll,
  ingressTls,
  nodePort,
  externalIps,
  restrictedNamespace,
];
