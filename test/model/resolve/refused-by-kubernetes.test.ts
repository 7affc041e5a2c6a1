import { describe, expect, it } from "vitest";
import { defineRedis } from "../../../model/declaration/datastore.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { issuesOf, resolve, shop } from "../stack-fixtures.ts";

const plain = { seeds: [], language: "node", port: 8000 } as const;
const ingress = (domain: string) =>
  `{ kind: ingress, domain: ${domain}, className: nginx, tlsSecret: tls, controllerNamespace: ingress-nginx }`;

describe("a node port", () => {
  const declared = (nodePort: number, settings = "{}") =>
    resolve([shop({ services: [defineService({ ...plain, name: "till", nodePort })] })], `shop: ${settings}`);

  it.each([80, 8080, 29999, 32768])("of %d is an issue, also where the stack exposes nothing", (nodePort) => {
    expect(issuesOf(declared(nodePort))).toEqual([
      {
        path: "services.shop.till.nodePort",
        problem: "outside the range that Kubernetes keeps for NodePorts",
        value: nodePort,
        allowed: "a port from 30000 to 32767",
        fix: "correct it in services/shop/till.ts",
      },
    ]);
  });

  it.each([30000, 32767])("may be %d", (nodePort) => {
    expect(declared(nodePort, "{ expose: { kind: nodePort } }").ok).toBe(true);
  });
});

describe("the host of a service", () => {
  const service = (name: string, host: string) => defineService({ ...plain, name, host });

  it("may not be that of another service", () => {
    const services = [service("till", "pay"), service("cart", "cart"), service("bank", "pay")];
    expect(issuesOf(resolve([shop({ services })], `shop: { expose: ${ingress("shop.test")} }`))).toEqual([
      {
        path: "services.shop.bank.host",
        problem: "the host pay.shop.test is taken twice: shop/till and shop/bank",
        value: "pay.shop.test",
        allowed: "a host for each service that an ingress exposes",
        fix: "give one of them another host label",
      },
    ]);
  });

  it("may not be that of another platform's service, however the two are put together", () => {
    const platforms = [
      shop({ services: [service("till", "")] }),
      shop({ name: "stall", objectPrefix: "stall", services: [service("page", "eu")] }),
    ];
    const settings = `
      shop: { expose: ${ingress("eu.market.test")} }
      stall: { expose: ${ingress("market.test")} }
      `;
    expect(issuesOf(resolve(platforms, settings))).toEqual([
      {
        path: "fleet:platforms.stall.expose.domain",
        problem: "the host eu.market.test is taken twice: shop/till and stall/page",
        value: "eu.market.test",
        allowed: "a host for each service that an ingress exposes",
        fix: "give one of the platforms another domain",
      },
    ]);
    expect(resolve(platforms, "{ shop: {}, stall: {} }").ok).toBe(true);
  });

  it.each(["Pay", "pay_eu", "-pay", "pay.", "pay/eu"])("may not be %s", (host) => {
    expect(issuesOf(resolve([shop({ services: [service("till", host)] })], "shop: {}"))).toEqual([
      expect.objectContaining({ path: "services.shop.till.host", value: host }),
    ]);
  });
});

describe("a volume that one node at a time can mount", () => {
  const indexer = defineService({
    ...plain,
    name: "indexer",
    volumes: { index: { mountPath: "/index", size: "1Gi", accessMode: "ReadWriteOnce" } },
  });
  const resolved = (settings: string) =>
    resolve([shop({ services: [indexer] })], `shop: { services: { indexer: ${settings} } }`);

  it("is an issue for several replicas", () => {
    expect(issuesOf(resolved("{ replicas: 2 }"))).toEqual([
      {
        path: "fleet:platforms.shop.services.indexer.volumes.index.accessMode",
        problem: "up to 2 pods share the volume, which one node at a time can mount",
        value: "ReadWriteOnce",
        allowed: "ReadWriteMany as soon as there are several pods",
        fix: "set accessMode: ReadWriteMany, or run one pod",
      },
    ]);
  });

  it("is one as well where only the autoscaler may make a second pod", () => {
    const autoscaling = "{ minReplicas: 1, maxReplicas: 4, targetCpuPercent: 70 }";
    expect(issuesOf(resolved(`{ autoscaling: ${autoscaling} }`))[0]?.problem).toContain("up to 4 pods");
  });

  it("is none for one pod, nor for a volume that many nodes can mount", () => {
    expect(resolved("{ replicas: 1 }").ok).toBe(true);
    expect(resolved("{ replicas: 2, volumes: { index: { accessMode: ReadWriteMany } } }").ok).toBe(true);
  });
});

describe("Redis' maxMemory", () => {
  const resolved = (maxMemory: string, settings = "{ kind: inCluster }") => {
    const cache = defineRedis({
      name: "cache",
      seeds: [],
      version: "7",
      uses: ["cache"],
      maxMemory,
      evictionPolicy: "allkeys-lru",
      storage: "1Gi",
      resources: { memory: { request: "64Mi", limit: "128Mi" } },
    });
    return resolve([shop({ datastores: [cache] })], `shop: { datastores: { cache: ${settings} } }`, [
      "shop.CACHE_PASSWORD",
    ]);
  };

  it.each(["128Mi", "1Gi"])("of %s is an issue where the container may use 128Mi", (maxMemory) => {
    expect(issuesOf(resolved(maxMemory))).toEqual([
      {
        path: "services.shop.cache.maxMemory",
        problem: "not below the memory limit: the kernel kills Redis before it evicts",
        value: maxMemory,
        allowed: "an amount in binary units below 128Mi, the memory limit",
        fix: "lower maxMemory, or raise fleet:platforms.shop.datastores.cache.resources.memory.limit",
      },
    ]);
  });

  it("is an issue where it is no amount at all", () => {
    expect(issuesOf(resolved("64mb")).map(({ problem }) => problem)).toEqual(["not an amount of memory"]);
  });

  it("fits below the limit, or a limit that the stack raises", () => {
    expect(resolved("64Mi").ok).toBe(true);
    expect(resolved("128Mi", "{ kind: inCluster, resources: { memory: { limit: 256Mi } } }").ok).toBe(true);
  });

  it("is the provider's business outside the cluster", () => {
    const external = "{ kind: external, host: redis.test, port: 6380, addresses: [203.0.113.0/24] }";
    expect(resolved("1Gi", external).ok).toBe(true);
  });
});
