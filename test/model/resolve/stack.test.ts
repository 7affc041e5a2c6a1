import { describe, expect, it } from "vitest";
import { definePostgresql, defineRedis } from "../../../model/declaration/datastore.ts";
import { link } from "../../../model/declaration/link.ts";
import { fromConfig, random } from "../../../model/declaration/secret.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { secretPlaceholder } from "../../../model/placeholder.ts";
import { secretsOf } from "../../../model/resolve/secrets-of.ts";
import { expectResolved, issuesOf, onlyPlatform, resolve, serviceOf, shop } from "../stack-fixtures.ts";

const db = definePostgresql({
  name: "main-db",
  seeds: [],
  version: "17",
  database: "shop",
  extensions: ["vector"],
  maxConnections: 100,
  storage: "2Gi",
  dependency: "database",
});
const cache = defineRedis({
  name: "cache",
  seeds: [],
  version: "7",
  uses: ["cache"],
  maxMemory: "64Mi",
  evictionPolicy: "allkeys-lru",
  storage: "1Gi",
});
const stock = defineService({ name: "stock-keeper", seeds: [], language: "python", port: 8001, host: "stock" });
const cart = defineService({
  name: "cart",
  seeds: [],
  language: "node",
  port: 8002,
  nodePort: 30002,
  host: "",
  secrets: { API_KEY: fromConfig, SESSION_KEY: random(48) },
  links: [link(db, { pool: { min: 2, max: 8 } }), link(cache), link(stock, { required: true })],
});
const platform = shop({ services: [cart, stock], datastores: [db, cache] });
const resolved = (settings = "{}") => expectResolved(resolve([platform], `shop: ${settings}`, secrets));
const secrets = ["shop.API_KEY", "shop.MAIN_DB_OWNER_PASSWORD", "shop.MAIN_DB_APP_PASSWORD", "shop.CACHE_PASSWORD"];
const cartLinks = (settings = "{}") => serviceOf(resolved(settings), "cart").links;

describe("a link", () => {
  it("to a service yields its URL, its labels and where it says that it lives", () => {
    expect(cartLinks()[2]).toEqual({
      kind: "service",
      name: "stock-keeper",
      variable: "STOCK_KEEPER_URL",
      url: "http://shop-stock-keeper.shop.svc.cluster.local:8001",
      required: true,
      port: 8001,
      environment: {},
      target: "stock-keeper",
      targetLabels: { "app.kubernetes.io/name": "shop-stock-keeper", "app.kubernetes.io/part-of": "shop" },
      livePath: "/health/live",
    });
  });

  it("follows the target's port and namespace as the stack sets them", () => {
    const [, , toStock] = cartLinks("{ namespace: shop-dev, services: { stock-keeper: { port: 9001 } } }");
    expect(toStock).toMatchObject({ url: "http://shop-stock-keeper.shop-dev.svc.cluster.local:9001", port: 9001 });
  });

  it("to a database in the cluster logs in as the application, with a placeholder for the password", () => {
    expect(cartLinks()[0]).toEqual({
      kind: "inCluster",
      name: "database",
      engine: "postgresql",
      target: "main-db",
      targetLabels: { "app.kubernetes.io/name": "shop-main-db", "app.kubernetes.io/part-of": "shop" },
      variable: "DATABASE_URL",
      url: `postgresql://shop_app:${secretPlaceholder("shop.MAIN_DB_APP_PASSWORD")}@shop-main-db.shop.svc.cluster.local:5432/shop`,
      required: true,
      port: 5432,
      secrets: [{ key: "shop.MAIN_DB_APP_PASSWORD", source: { from: "random", length: 32 } }],
      environment: { DATABASE_POOL_MIN: "2", DATABASE_POOL_MAX: "8" },
    });
  });

  it("to a database elsewhere verifies TLS and names its addresses", () => {
    const [toDatabase] = cartLinks(
      "{ datastores: { main-db: { kind: external, host: db.example, port: 6543, addresses: [192.0.2.0/24] } } }",
    );
    expect(toDatabase).toMatchObject({
      kind: "external",
      addresses: ["192.0.2.0/24"],
      port: 6543,
      url: `postgresql://shop_app:${secretPlaceholder("shop.MAIN_DB_APP_PASSWORD")}@db.example:6543/shop?sslmode=verify-full`,
    });
  });

  it("to Redis yields a URL, by TLS where it is elsewhere", () => {
    const password = secretPlaceholder("shop.CACHE_PASSWORD");
    expect(cartLinks()[1]).toMatchObject({
      variable: "REDIS_URL",
      url: `redis://app:${password}@shop-cache.shop.svc.cluster.local:6379/0`,
      environment: {},
    });
    const elsewhere =
      "{ datastores: { cache: { kind: external, host: r.example, port: 6380, addresses: [192.0.2.1/32] } } }";
    expect(cartLinks(elsewhere)[1]).toMatchObject({ url: `rediss://default:${password}@r.example:6380/0` });
  });

  it("is required to a datastore and optional to a service, unless it says otherwise", () => {
    const reader = defineService({
      ...stock,
      name: "reader",
      links: [link(db), link(cache, { required: false }), link(stock)],
    });
    const stack = expectResolved(resolve([shop({ services: [reader, stock], datastores: [db, cache] })], "shop: {}"));
    expect(serviceOf(stack, "reader").links.map((one) => one.required)).toEqual([true, false, false]);
  });

  it("pools one to five connections where nothing is said", () => {
    const reader = defineService({ ...stock, links: [link(db)] });
    const stack = expectResolved(resolve([shop({ services: [reader], datastores: [db] })], "shop: {}"));
    expect(serviceOf(stack, "stock-keeper").links[0]).toMatchObject({
      environment: { DATABASE_POOL_MIN: "1", DATABASE_POOL_MAX: "5" },
    });
  });

  it("is known at its other end, by the selector of the one who calls", () => {
    const caller = {
      name: "cart",
      selector: { "app.kubernetes.io/name": "shop-cart", "app.kubernetes.io/part-of": "shop" },
    };
    expect(serviceOf(resolved(), "stock-keeper").callers).toEqual([caller]);
    expect(onlyPlatform(resolved()).datastores.map((datastore) => datastore.callers)).toEqual([[caller], [caller]]);
    expect(serviceOf(resolved(), "cart").callers).toEqual([]);
  });

  it("orders the start: required targets come first", () => {
    expect(onlyPlatform(resolved()).waves).toEqual([["stock-keeper"], ["cart"]]);
  });
});

describe("a disabled service", () => {
  const settings = "{ services: { cart: { enabled: false } } }";

  it("is not there, calls nobody, and needs no secret", () => {
    const stack = expectResolved(resolve([platform], `shop: ${settings}`, []));
    expect(onlyPlatform(stack).services.map((service) => service.name)).toEqual(["stock-keeper"]);
    expect(onlyPlatform(stack).datastores.flatMap((datastore) => datastore.callers)).toEqual([]);
    expect(secretsOf(stack).map((secret) => secret.key)).not.toContain("shop.API_KEY");
  });
});

describe("how a service is reached from outside", () => {
  const ingress =
    "expose: { kind: ingress, domain: shop.example, className: nginx, tlsSecret: tls, controllerNamespace: ing }";
  const exposure = (settings: string, name: string) => serviceOf(resolved(settings), name).exposure;

  it.each([
    ["not at all unless the stack says so", "{}", "cart", { kind: "internal" }],
    ["by its NodePort", "{ expose: { kind: nodePort } }", "cart", { kind: "nodePort", nodePort: 30002 }],
    [
      "by the stack's NodePort",
      "{ expose: { kind: nodePort }, services: { cart: { nodePort: 30009 } } }",
      "cart",
      { kind: "nodePort", nodePort: 30009 },
    ],
    ["not at all where it has no NodePort", "{ expose: { kind: nodePort } }", "stock-keeper", { kind: "internal" }],
    ["at the domain itself", `{ ${ingress} }`, "cart", { kind: "ingress", host: "shop.example" }],
    ["below the domain", `{ ${ingress} }`, "stock-keeper", { kind: "ingress", host: "stock.shop.example" }],
  ])("is %s", (_how, settings, name, expected) => {
    expect(exposure(settings, name)).toMatchObject(expected);
  });

  it("carries what the ingress needs, and the domain no more", () => {
    expect(exposure(`{ ${ingress} }`, "cart")).toEqual({
      kind: "ingress",
      host: "shop.example",
      className: "nginx",
      tlsSecret: "tls",
      controllerNamespace: "ing",
    });
  });
});

describe("images", () => {
  const digest = `sha256:${"a".repeat(64)}`;

  it("are the reference workload, built once for all, where the stack names no other", () => {
    const stack = resolved();
    expect(onlyPlatform(stack).services.map((service) => [service.image, service.reference])).toEqual([
      ["reference-workload", true],
      ["reference-workload", true],
    ]);
    expect(Object.keys(stack.images).sort()).toEqual(["migrations", "postgresql", "redis", "reference-workload"]);
  });

  it("are pinned by digest", () => {
    const stack = resolved(
      `{ services: { cart: { image: { kind: pinned, repository: r.test/cart, digest: "${digest}" } } } }`,
    );
    const { image, reference } = serviceOf(stack, "cart");
    expect(reference).toBe(false);
    expect(stack.images[image]).toEqual({ kind: "pinned", reference: `r.test/cart@${digest}` });
  });

  it("are built through the Dockerfile of the language, into the stack's registry", () => {
    const stack = resolved("{ services: { stock-keeper: { image: { kind: build, context: ../stock } } } }");
    expect(stack.images[serviceOf(stack, "stock-keeper").image]).toEqual({
      kind: "build",
      repository: "registry.test/fleet/shop/stock-keeper",
      context: "../stock",
      setting: "fleet:platforms.shop.services.stock-keeper.image.context",
      dockerfile: "docker/python/Dockerfile",
      arguments: {
        BASE_IMAGE: "docker.io/library/python:3.11-slim-bookworm",
        BUILD_IMAGE: "docker.io/library/python:3.11-slim-bookworm",
      },
    });
  });

  it("of datastores may be pinned too", () => {
    const pinned = `{ kind: inCluster, image: { kind: pinned, repository: r.test/pg, digest: "${digest}" } }`;
    const stack = resolved(`{ datastores: { main-db: ${pinned} } }`);
    const [database] = onlyPlatform(stack).datastores;
    expect(database?.kind === "inCluster" && stack.images[database.image]).toEqual({
      kind: "pinned",
      reference: `r.test/pg@${digest}`,
    });
  });
});

describe("datastores", () => {
  it("take their size and resources from the declaration, and from the stack over it", () => {
    const [database, redis] = onlyPlatform(
      resolved("{ datastores: { main-db: { kind: inCluster, storage: 9Gi, resources: { cpu: { limit: '2' } } } } }"),
    ).datastores;
    expect(database).toMatchObject({
      storage: "9Gi",
      resources: { cpu: { request: "100m", limit: "2" }, memory: { request: "128Mi", limit: "512Mi" } },
    });
    expect(redis).toMatchObject({ storage: "1Gi", host: "shop-cache.shop.svc.cluster.local", port: 6379 });
  });

  it("need the passwords of an external one from the configuration, and have no administrator there", () => {
    const elsewhere =
      "{ datastores: { main-db: { kind: external, host: h.test, port: 5432, addresses: [192.0.2.1/32] } } }";
    expect(issuesOf(resolve([platform], `shop: ${elsewhere}`, ["shop.API_KEY"])).map((issue) => issue.path)).toEqual([
      "fleet:secrets.shop.MAIN_DB_OWNER_PASSWORD",
      "fleet:secrets.shop.MAIN_DB_APP_PASSWORD",
    ]);
    const [database] = onlyPlatform(resolved(elsewhere)).datastores;
    expect(database && "roles" in database && Object.keys(database.roles)).toEqual(["owner", "application"]);
  });
});

describe("the secrets of a stack", () => {
  it("are all that its objects ask for, each once, in order, with where they come from", () => {
    expect(secretsOf(resolved())).toEqual([
      { key: "shop.API_KEY", source: { from: "config" } },
      { key: "shop.CACHE_ADMIN_PASSWORD", source: { from: "random", length: 32 } },
      { key: "shop.CACHE_PASSWORD", source: { from: "random", length: 32 } },
      { key: "shop.MAIN_DB_ADMIN_PASSWORD", source: { from: "random", length: 32 } },
      { key: "shop.MAIN_DB_APP_PASSWORD", source: { from: "random", length: 32 } },
      { key: "shop.MAIN_DB_BACKUP_PASSWORD", source: { from: "random", length: 32 } },
      { key: "shop.MAIN_DB_OWNER_PASSWORD", source: { from: "random", length: 32 } },
      { key: "shop.SESSION_KEY", source: { from: "random", length: 48 } },
    ]);
  });

  it("come from where the stack says, datastores' passwords among them", () => {
    const stack = resolved("{ secrets: { API_KEY: { from: random, length: 20 }, CACHE_PASSWORD: { from: config } } }");
    expect(secretsOf(stack).slice(0, 3)).toEqual([
      { key: "shop.API_KEY", source: { from: "random", length: 20 } },
      { key: "shop.CACHE_ADMIN_PASSWORD", source: { from: "random", length: 32 } },
      { key: "shop.CACHE_PASSWORD", source: { from: "config" } },
    ]);
  });
});

it("the same input resolves to the same stack", () => {
  expect(resolved()).toEqual(resolved());
});

it("two platforms have a namespace each, by their own names", () => {
  const stall = shop({ name: "stall", objectPrefix: "", services: [stock] });
  const stack = expectResolved(resolve([platform, stall], "{ shop: {}, stall: {} }", secrets));
  expect(stack.platforms.map((one) => [one.namespace, one.services.map((service) => service.objectName)])).toEqual([
    ["shop", ["shop-cart", "shop-stock-keeper"]],
    ["stall", ["stock-keeper"]],
  ]);
});
