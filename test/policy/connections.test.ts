import type { NetworkPolicy, NetworkPolicySpec } from "kubernetes-types/networking/v1";
import { describe, expect, it } from "vitest";
import { linkGraph } from "../../model/graph/link-graph.ts";
import type { ResolvedPlatform, ResolvedService, ResolvedStack } from "../../model/resolve/resolved.ts";
import { renderStack, type Rendered } from "../../model/render/stack.ts";
import { isA, type KubernetesObject } from "../../policy/kubernetes-object.ts";
import { resolveOwn, resolveWhole } from "../model/stack-fixtures.ts";
import { connections, foreignPod, podEnds, type Attempt, type PodEnd } from "./connections.ts";
import { STACKS } from "./rendered-stacks.ts";

describe("the simulation of network policies", () => {
  const client: PodEnd = { ...foreignPod("a", { app: "client" }), name: "client" };
  const server: PodEnd = {
    ...foreignPod("b", { app: "server" }),
    name: "server",
    ports: [{ name: "web", port: 8080, protocol: "TCP" }],
  };
  const outside = (address: string) => ({ kind: "address" as const, address });
  const policy = (namespace: string, spec: NetworkPolicySpec): NetworkPolicy => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "policy", namespace },
    spec,
  });
  const lets = (...objects: NetworkPolicy[]) => connections(objects)({ from: client, to: server, port: 8080 });
  const fromA = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "a" } } };

  it("lets everything through where no policy selects a pod", () => {
    expect(lets()).toBe(true);
    expect(lets(policy("b", { podSelector: { matchLabels: { app: "other" } } }))).toBe(true);
    expect(lets(policy("a", { podSelector: { matchLabels: { app: "server" } } }))).toBe(true);
  });

  it("asks the policies of both ends", () => {
    expect(lets(policy("b", { podSelector: {}, policyTypes: ["Ingress"] }))).toBe(false);
    expect(lets(policy("a", { podSelector: {}, policyTypes: ["Egress"] }))).toBe(false);
    expect(lets(policy("a", { podSelector: {}, policyTypes: ["Ingress"] }))).toBe(true);
  });

  it("takes a policy without types for one on ingress, and on egress where it has such rules", () => {
    expect(lets(policy("a", { podSelector: {} }))).toBe(true);
    expect(lets(policy("a", { podSelector: {}, egress: [{ ports: [{ port: 1 }] }] }))).toBe(false);
  });

  it("adds policies up: one that allows is enough", () => {
    const deny = policy("b", { podSelector: {}, policyTypes: ["Ingress"] });
    expect(lets(deny, policy("b", { podSelector: {}, ingress: [{ from: [fromA] }] }))).toBe(true);
  });

  it("wants namespace and pod of one peer to match together, and its own namespace where none is named", () => {
    const ingress = (peer: object) => lets(policy("b", { podSelector: {}, ingress: [{ from: [peer] }] }));
    expect(ingress({ ...fromA, podSelector: { matchLabels: { app: "client" } } })).toBe(true);
    expect(ingress({ ...fromA, podSelector: { matchLabels: { app: "other" } } })).toBe(false);
    expect(ingress({ podSelector: { matchLabels: { app: "client" } } })).toBe(false);
    expect(ingress({ namespaceSelector: {} })).toBe(true);
  });

  it("knows ports by number, range, name and protocol", () => {
    const ingress = (port: object) => lets(policy("b", { podSelector: {}, ingress: [{ ports: [port] }] }));
    expect([{ port: 8080 }, { port: 8000, endPort: 8100 }, { port: "web" }, {}].map(ingress)).toEqual(
      Array.from({ length: 4 }, () => true),
    );
    expect([{ port: 80 }, { port: "other" }, { protocol: "UDP", port: 8080 }].map(ingress)).toEqual(
      Array.from({ length: 3 }, () => false),
    );
  });

  it("knows addresses by block, less what is excepted, and takes no pod for an address", () => {
    const block = { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] };
    const open = connections([policy("a", { podSelector: {}, egress: [{ to: [{ ipBlock: block }] }] })]);
    expect(open({ from: client, to: outside("192.0.2.7"), port: 443 })).toBe(true);
    expect(open({ from: client, to: outside("10.1.2.3"), port: 443 })).toBe(false);
    expect(open({ from: client, to: outside("2001:db8::1"), port: 443 })).toBe(false);
    expect(open({ from: client, to: server, port: 8080 })).toBe(false);
  });
});

describe.each(STACKS)("the network policies of %s, simulated", (stack) => {
  const resolved = resolveWhole(stack);
  const objects: readonly KubernetesObject[] = renderStack(resolved).map(({ object }) => object);
  const pods = podEnds(objects);
  const connects = connections(objects);

  const connected = pairs(pods, connects);

  it("let every linked pair connect at the target's port, and no other pair at any port", () => {
    const linked = linkedPairs(resolved);
    expect(linked.size).toBeGreaterThan(20);
    expect(connected).toEqual(linked);
  });

  it("let no pair connect at a port beside the target's", () => {
    const beside = pods.map((pod) => ({ ...pod, ports: pod.ports.map((port) => ({ ...port, port: port.port + 1 })) }));
    expect(pairs(beside, connects)).toEqual(new Set());
  });

  it("let a stranger in the same namespace reach no more than anybody outside, and nobody reach it", () => {
    const nodePorts = exposed(resolved, "nodePort");
    for (const { namespace } of resolved.platforms) {
      const stranger = foreignPod(namespace);
      const reached = pods.filter((to) => to.ports.some(({ port }) => connects({ from: stranger, to, port })));
      expect(reached.filter(({ name }) => !nodePorts.has(name))).toEqual([]);
      expect(pods.filter((from) => connects({ from, to: stranger, port: 8000 }))).toEqual([]);
    }
  });

  it("let services and jobs ask for names, and datastores ask nobody anything", () => {
    const dns = foreignPod("kube-system", { "k8s-app": "kube-dns" });
    for (const protocol of ["UDP", "TCP"] as const) {
      const asking = pods.filter((from) => connects({ from, to: dns, port: 53, protocol }));
      expect(asking).toEqual(pods.filter(({ name }) => !name.startsWith("StatefulSet")));
    }
    expect(pods.filter((from) => connects({ from, to: foreignPod("kube-system"), port: 53 }))).toEqual([]);
  });

  it("let out to the internet who calls hosts there by HTTPS, and to a datastore outside who is linked to it", () => {
    const reaching = (address: string, port: number) =>
      pods.filter((from) => connects({ from, to: { kind: "address", address }, port })).map(({ name }) => name);
    const callers = deployments(resolved, ({ declaration }) => (declaration.outbound ?? []).length > 0);
    expect(new Set(reaching("192.0.2.7", 443))).toEqual(callers);
    expect(reaching("169.254.169.254", 443)).toEqual([]);
    expect(reaching("10.0.0.1", 443)).toEqual([]);

    const outside = resolved.platforms.flatMap(({ datastores }) =>
      datastores.filter(({ kind }) => kind === "external"),
    );
    const linked = deployments(resolved, ({ links }) => links.some(({ kind }) => kind === "external"));
    const found = outside.flatMap(({ port }) => reaching("192.0.2.7", port));
    expect(new Set(found.filter((name) => name.startsWith("Deployment")))).toEqual(linked);
    expect(reaching("192.0.2.7", 80)).toEqual([]);
  });

  it("let the outside in where a service is exposed, and nowhere else", () => {
    const entered = (from: Attempt["from"]) =>
      new Set(pods.filter((to) => to.ports.some(({ port }) => connects({ from, to, port }))).map(({ name }) => name));
    const nodePorts = exposed(resolved, "nodePort");
    expect(entered({ kind: "address", address: "192.0.2.7" })).toEqual(nodePorts);
    expect(entered(foreignPod("elsewhere"))).toEqual(nodePorts);
    expect(entered(foreignPod("ingress-nginx"))).toEqual(new Set([...nodePorts, ...exposed(resolved, "ingress")]));
    const routed = deployments(
      resolved,
      ({ gateway, declaration }) => gateway !== undefined && declaration.host !== undefined,
    );
    expect(entered(foreignPod("istio-ingress"))).toEqual(new Set([...nodePorts, ...routed]));
  });

  it("close a link when either end's policy is taken away, and open nothing by it", () => {
    for (const gone of ["bizosaas-crm", "bizosaas-redis"]) {
      const without = objects.filter(
        (object) => !(isA("networking.k8s.io/v1/NetworkPolicy", object) && object.metadata?.name === gone),
      );
      const left = pairs(pods, connections(without));
      const lost = [...connected].filter((pair) => !left.has(pair));
      expect(lost.length).toBeGreaterThan(0);
      expect(lost.every((pair) => pair.includes(`/${gone}`))).toBe(true);
      expect([...left].filter((pair) => !connected.has(pair))).toEqual([]);
    }
  });
});

describe("the network policies of a stack with a canary", () => {
  const dev = (canary?: object) =>
    resolveOwn("dev", (values) => {
      const { bizosaas } = values["platforms"] as { readonly bizosaas: object };
      const gateway = { implementation: { kind: "gatewayApi", className: "edge" }, controllerNamespace: "edge" };
      const platform = { ...bizosaas, route: { domain: "bizosaas.test" }, ...(canary ? { canary } : {}) };
      return { ...values, gateway, platforms: { bizosaas: platform } };
    });
  const pairsOf = (stack: ResolvedStack) => {
    const objects = renderStack(stack).map(({ object }) => object);
    return pairs(podEnds(objects), connections(objects));
  };

  it("let the canary reach what its links name, its own services first, and change nothing among the stable ones", () => {
    const before = pairsOf(dev());
    const after = pairsOf(dev({ services: { crm: {}, identity: {} } }));
    const [crm, identity] = ["crm", "identity"].map((name) => `Deployment bizosaas-canary/bizosaas-${name}`);
    const stable = (kind: string, name: string) => `${kind} bizosaas-dev/bizosaas-${name}`;
    expect(new Set([...after].filter((pair) => !before.has(pair)))).toEqual(
      new Set([
        `${crm ?? ""} → ${identity ?? ""} :8001`,
        `${crm ?? ""} → ${stable("Deployment", "ai-orchestrator")} :8002`,
        ...[crm, identity].flatMap((from) => [
          `${from ?? ""} → ${stable("StatefulSet", "postgres")} :5432`,
          `${from ?? ""} → ${stable("StatefulSet", "redis")} :6379`,
        ]),
      ]),
    );
    expect([...before].filter((pair) => !after.has(pair))).toEqual([]);
  });
});

/** Every ordered pair of pods that may connect at a port of the second one, as `from → to :port`. */
function pairs(pods: readonly PodEnd[], connects: ReturnType<typeof connections>): ReadonlySet<string> {
  return new Set(
    pods.flatMap((from) =>
      pods.flatMap((to) =>
        to.ports
          .filter(({ port }) => from !== to && connects({ from, to, port }))
          .map(({ port }) => `${from.name} → ${to.name} :${port}`),
      ),
    ),
  );
}

function deployments(stack: ResolvedStack, is: (service: ResolvedService) => boolean): ReadonlySet<string> {
  const services = stack.platforms.flatMap((platform) => platform.services.filter(is));
  return new Set(services.map(({ namespace, objectName }) => `Deployment ${namespace}/${objectName}`));
}

function exposed(stack: ResolvedStack, kind: ResolvedService["exposure"]["kind"]): ReadonlySet<string> {
  return deployments(stack, ({ exposure }) => exposure.kind === kind);
}

/** What the link graph says: each link to what runs in the cluster, and each migration and backup to its database. */
function linkedPairs(stack: ResolvedStack): ReadonlySet<string> {
  const edges = linkGraph(stack).edges.flatMap(({ from, to }) => {
    const target = runningEnd(stack, to);
    return target === undefined ? [] : [`${runningEnd(stack, from)?.pod ?? from} → ${target.pod} :${target.port}`];
  });
  const made = renderStack(stack).filter(({ object }) => object.kind === "Job" || object.kind === "CronJob");
  const jobs = stack.platforms.flatMap((platform) => jobEdges(platform, made));
  return new Set([...edges, ...jobs]);
}

function runningEnd(stack: ResolvedStack, node: string): { readonly pod: string; readonly port: number } | undefined {
  const [platformName = "", name = ""] = node.split("/");
  const platform = stack.platforms.find((one) => one.name === platformName);
  const service = platform?.services.find((one) => one.name === name);
  if (service) {
    return { pod: `Deployment ${service.namespace}/${service.objectName}`, port: service.specification.port };
  }
  const datastore = platform?.datastores.find((one) => one.name === name);
  if (datastore?.kind !== "inCluster") return undefined;
  return { pod: `StatefulSet ${datastore.namespace}/${datastore.objectName}`, port: datastore.port };
}

function jobEdges(platform: ResolvedPlatform, made: readonly Rendered[]): readonly string[] {
  return [...platform.migrations, ...platform.backups].flatMap(({ database, objectName }) => {
    if (database.kind === "external") return [];
    return made
      .filter(({ object }) => object.metadata?.namespace === platform.namespace)
      .filter(({ object }) => object.metadata?.name?.startsWith(objectName))
      .map(({ object }) => {
        const from = `${object.kind ?? ""} ${platform.namespace}/${object.metadata?.name ?? ""}`;
        return `${from} → StatefulSet ${platform.namespace}/${database.objectName} :${database.port}`;
      });
  });
}
