import type { Gateway } from "../../../model/render/gateway-api.ts";
import type { IngressGateway } from "../../../model/render/istio.ts";
import { UNKNOWN } from "../../../policy/unknown-value.ts";
import { defaultDeny, deployment, ingress, LABELS, namespace, networkPolicy, service, type Cases } from "../objects.ts";

const own = networkPolicy({ podSelector: { matchLabels: LABELS }, policyTypes: ["Ingress", "Egress"] });
const LABELS_PATH = "spec.template.metadata.labels";
const host = "shop.example";
const tls = (...hosts: string[]) => ingress({ tls: [{ hosts, secretName: "cert" }], rules: [{ host }] });
const ENFORCE = "pod-security.kubernetes.io/enforce";

type Protocol = "HTTP" | "HTTPS";

function gatewayListening(protocol: Protocol): Gateway {
  const allowedRoutes = { namespaces: { from: "Same" } } as const;
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "gateway", namespace: "shop" },
    spec: { gatewayClassName: "edge", listeners: [{ name: "web", port: 443, protocol, allowedRoutes }] },
  };
}

function ingressGatewayServing(protocol: Protocol): IngressGateway {
  return {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "Gateway",
    metadata: { name: "gateway", namespace: "shop" },
    spec: { selector: {}, servers: [{ port: { number: 443, name: "web", protocol }, hosts: [host] }] },
  };
}

/** Who may reach whom, and how the outside gets in. */
export const networkCases: Cases = {
  "namespace-default-deny": [
    { of: "a namespace that denies both ways", objects: [namespace(), defaultDeny], finds: [] },
    {
      of: "a namespace that denies one way only",
      objects: [namespace(), networkPolicy({ podSelector: {}, policyTypes: ["Ingress"] })],
      finds: [" does not deny egress by default"],
    },
    {
      of: "a policy for all pods that lets something in",
      objects: [namespace(), networkPolicy({ podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}] })],
      finds: [" does not deny ingress by default"],
    },
    {
      of: "pods in a namespace that the stack did not make",
      objects: [deployment()],
      finds: ["ingress", "egress"].map((way) => ` is in namespace shop, which does not deny ${way} by default`),
    },
  ],
  "workload-network-policy": [
    { of: "a workload with a policy of its own", objects: [deployment(), own], finds: [] },
    {
      of: "a policy by expression",
      objects: [
        deployment(),
        networkPolicy({
          podSelector: { matchExpressions: [{ key: "app.kubernetes.io/name", operator: "In", values: ["cart"] }] },
          policyTypes: ["Ingress", "Egress"],
        }),
      ],
      finds: [],
    },
    {
      of: "a workload that only the default selects",
      objects: [deployment(), defaultDeny],
      finds: ["ingress", "egress"].map((way) => `${LABELS_PATH} no NetworkPolicy for ${way} selects its pods`),
    },
    {
      of: "a policy for one direction, in another's labels",
      objects: [
        deployment(),
        networkPolicy({ podSelector: { matchLabels: LABELS } }),
        networkPolicy({ podSelector: { matchLabels: { app: "other" } }, policyTypes: ["Egress"] }),
      ],
      finds: [`${LABELS_PATH} no NetworkPolicy for egress selects its pods`],
    },
    {
      of: "labels that are not known yet",
      objects: [
        {
          ...deployment(),
          spec: {
            selector: {},
            template: { metadata: { labels: { app: UNKNOWN } }, spec: { containers: [{ name: "cart" }] } },
          },
        } as ReturnType<typeof deployment>,
      ],
      finds: [],
    },
  ],
  "no-allow-all-network-policy": [
    {
      of: "a port for everybody",
      objects: [networkPolicy({ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] })],
      finds: [],
    },
    {
      of: "everything for everybody",
      objects: [networkPolicy({ podSelector: {}, ingress: [{}], egress: [{ to: [], ports: [{ port: 53 }] }, {}] })],
      finds: ["spec.ingress[0] allows all ingress", "spec.egress[1] allows all egress"],
    },
  ],
  "ingress-tls": [
    { of: "a host with a certificate", objects: [tls(host)], finds: [] },
    { of: "a host under a wildcard certificate", objects: [tls("*.example")], finds: [] },
    {
      of: "a host without one",
      objects: [tls("other.example")],
      finds: ["spec.rules[0].host is served without TLS"],
    },
    {
      of: "gateways with a certificate",
      objects: [gatewayListening("HTTPS"), ingressGatewayServing("HTTPS")],
      finds: [],
    },
    {
      of: "gateways without one",
      objects: [gatewayListening("HTTP"), ingressGatewayServing("HTTP")],
      finds: ["spec.listeners[0] listens without TLS", "spec.servers[0] listens without TLS"],
    },
    {
      of: "a rule for every host",
      objects: [ingress({ rules: [{}] })],
      finds: ["spec.rules[0].host is served without TLS"],
    },
  ],
  "no-node-port": [
    { of: "a Service inside the cluster", objects: [service({ type: "ClusterIP" })], finds: [] },
    {
      of: "a NodePort",
      objects: [service({ type: "NodePort" })],
      finds: ["spec.type opens a port on every node"],
    },
  ],
  "no-external-ips": [
    { of: "a Service without", objects: [service({ externalIPs: [] })], finds: [] },
    {
      of: "a Service with one",
      objects: [service({ externalIPs: ["192.0.2.1"] })],
      finds: ["spec.externalIPs claims external addresses"],
    },
  ],
  "namespace-pod-security": [
    { of: "a restricted namespace", objects: [namespace({ [ENFORCE]: "restricted" })], finds: [] },
    {
      of: "a namespace with a weaker profile",
      objects: [namespace({ [ENFORCE]: "baseline" })],
      finds: [`metadata.labels["${ENFORCE}"] does not enforce the restricted profile`],
    },
  ],
};
