import type { PodSpec } from "kubernetes-types/core/v1";
import { describe, expect, it } from "vitest";
import { definePostgresql, defineRedis } from "../../../model/declaration/datastore.ts";
import { imagePlaceholder, secretHashPlaceholder, secretPlaceholder } from "../../../model/placeholder.ts";
import { expectResolved, resolve, shop } from "../stack-fixtures.ts";
import { objectOf, renderedObjects } from "./rendered-stack.ts";

const db = definePostgresql({
  name: "db",
  seeds: [],
  version: "17",
  database: "orders",
  extensions: ["vector"],
  maxConnections: 123,
  storage: "3Gi",
  resources: { memory: { limit: "1Gi" } },
});
const cache = defineRedis({
  name: "cache",
  seeds: [],
  version: "7",
  uses: ["cache"],
  maxMemory: "64Mi",
  evictionPolicy: "allkeys-lfu",
  storage: "1Gi",
});
const stack = (settings = "{}") =>
  expectResolved(
    resolve([shop({ datastores: [db, cache] })], `shop: ${settings}`, [
      "shop.DB_OWNER_PASSWORD",
      "shop.DB_APP_PASSWORD",
      "shop.CACHE_PASSWORD",
    ]),
  );
const objects = renderedObjects(stack());
const statefulSet = (name: string) => objectOf(objects, "StatefulSet", name);
const pod = (name: string): PodSpec | undefined => statefulSet(name).spec?.template.spec;

describe("every datastore in the cluster", () => {
  it.each([
    ["shop-db", "postgresql", 5432, "3Gi", "/var/lib/postgresql/data", { memory: "1Gi", cpu: "500m" }],
    ["shop-cache", "redis", 6379, "1Gi", "/data", { memory: "512Mi", cpu: "500m" }],
  ])("%s is one pod on a volume of its own behind a Service", (name, engine, port, storage, path, limits) => {
    const { spec } = statefulSet(name);
    expect(spec).toMatchObject({ replicas: 1, serviceName: name });
    expect(spec?.volumeClaimTemplates).toMatchObject([
      { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } } },
    ]);
    expect(pod(name)?.containers[0]).toMatchObject({
      name: engine,
      image: imagePlaceholder(engine),
      resources: { limits },
    });
    expect(pod(name)?.containers[0]?.volumeMounts).toContainEqual({ name: "data", mountPath: path });
    expect(objectOf(objects, "Service", name).spec).toEqual({
      type: "ClusterIP",
      selector: { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop" },
      ports: [{ name: engine, port, targetPort: port, protocol: "TCP" }],
    });
  });

  it.each(["shop-db", "shop-cache"])("%s keeps its volume when it is taken away", (name) => {
    expect(statefulSet(name).spec?.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: "Retain",
      whenScaled: "Retain",
    });
  });

  it.each(["shop-db", "shop-cache"])("%s runs hardened, as its image's own user", (name) => {
    expect(pod(name)).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsUser: 999, runAsGroup: 999, fsGroup: 999, runAsNonRoot: true },
    });
    expect(pod(name)?.containers[0]?.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it.each(["shop-db", "shop-cache"])("%s has a startup, a readiness and a liveness probe", (name) => {
    const { startupProbe, readinessProbe, livenessProbe } = pod(name)?.containers[0] ?? {};
    for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
      expect(probe?.exec?.command?.length).toBeGreaterThan(0);
      expect(probe?.timeoutSeconds).toBe(3);
    }
    // Two misses five seconds apart: a lost datastore shows within ten seconds.
    expect((readinessProbe?.periodSeconds ?? 0) * (readinessProbe?.failureThreshold ?? 0)).toBe(10);
  });

  it("rolls when a secret changes that it reads at its start and nothing brings to a running server", () => {
    const annotations = (name: string, settings = "{}") =>
      objectOf(renderedObjects(stack(settings)), "StatefulSet", name).spec?.template.metadata?.annotations;
    expect(annotations("shop-db")).toEqual({});
    expect(annotations("shop-cache")).toEqual({});
    expect(annotations("shop-cache", "{ secrets: { CACHE_PASSWORD: { from: config } } }")).toEqual({
      "fleet.dev/secret-hash": secretHashPlaceholder(["shop.CACHE_PASSWORD"]),
    });
  });
});

it("PostgreSQL takes as many connections as declared, for the declared database", () => {
  const container = pod("shop-db")?.containers[0];
  expect(container?.args).toContain("max_connections=123");
  expect(container?.env).toContainEqual({ name: "POSTGRES_DB", value: "orders" });
  expect(container?.envFrom).toEqual([{ secretRef: { name: "shop-db" } }]);
});

it("PostgreSQL's Secret holds the superuser's password and no other", () => {
  expect(objectOf(objects, "Secret", "shop-db").stringData).toEqual({
    POSTGRES_PASSWORD: secretPlaceholder("shop.DB_ADMIN_PASSWORD"),
  });
});

it("Redis evicts as declared, below the container's own limit", () => {
  const container = pod("shop-cache")?.containers[0];
  const { args = [] } = container ?? {};
  expect(args[args.indexOf("--maxmemory") + 1]).toBe(String(64 * 1024 * 1024));
  expect(args[args.indexOf("--maxmemory-policy") + 1]).toBe("allkeys-lfu");
});

it("Redis gets its users from a file, never as arguments; without a password one may only ask whether it lives", () => {
  const password = secretPlaceholder("shop.CACHE_PASSWORD");
  const administrator = secretPlaceholder("shop.CACHE_ADMIN_PASSWORD");
  expect(objectOf(objects, "Secret", "shop-cache").stringData).toEqual({
    "users.acl":
      "user default on nopass resetchannels -@all +ping\n" +
      `user admin on >${administrator} ~* &* +@all\nuser app on >${password} ~* &* +@all -@admin\n`,
    ADMIN_PASSWORD: administrator,
  });
  expect(JSON.stringify(pod("shop-cache")?.containers)).not.toContain(password);
  expect(pod("shop-cache")?.containers[0]?.args).toContain("/etc/fleet/users.acl");
});

it("a datastore outside the cluster has no object there", () => {
  const outside = "{ datastores: { db: { kind: external, host: h.test, port: 5432, addresses: [192.0.2.0/24] } } }";
  expect([...renderedObjects(stack(outside)).keys()].filter((name) => name.includes("shop-db"))).toEqual([]);
});
