import { describe, expect, it } from "vitest";
import { definePostgresql, defineRedis } from "../../../model/declaration/datastore.ts";
import { link, type Link } from "../../../model/declaration/link.ts";
import { fromConfig } from "../../../model/declaration/secret.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { formatIssues } from "../../../model/issue.ts";
import { issuesOf, resolve, shop } from "../stack-fixtures.ts";

const database = definePostgresql({
  name: "db",
  seeds: [],
  version: "17",
  database: "shop",
  extensions: [],
  maxConnections: 30,
  storage: "1Gi",
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
const plain = { seeds: [], language: "node", port: 8000 } as const;
const stock = defineService({ ...plain, name: "stock", nodePort: 30001 });
const till = defineService({ ...plain, name: "till", nodePort: 30001, secrets: { API_KEY: fromConfig } });
const cart = defineService({
  ...plain,
  name: "cart",
  environment: { DATABASE_URL: "sqlite" },
  secrets: { API_KEY: fromConfig },
  links: [link(stock, { required: true }), link(database, { pool: { min: 1, max: 20 } }), link(cache)],
});
const longest = defineService({ ...plain, name: `catalogue-${"x".repeat(60)}` });

// Two constants cannot link to each other by import; a circular import could.
const linksOfLeft: Link[] = [];
const left = defineService({ ...plain, name: "left", links: linksOfLeft });
const right = defineService({ ...plain, name: "right", links: [link(left, { required: true })] });
linksOfLeft.push(link(right, { required: true }));

describe("a stack with every mistake there is", () => {
  const platforms = [
    shop({ services: [stock, till, cart, longest, left, right], datastores: [database, cache] }),
    shop({ name: "stall", objectPrefix: "stall", services: [defineService({ ...plain, name: "till" })] }),
  ];
  const issues = issuesOf(
    resolve(
      platforms,
      `
      shop:
        colour: red
        expose: { kind: nodePort }
        services:
          stock: { enabled: false }
          till: { replicas: many, resources: { memory: { request: 1Gi } } }
          cart: { nodePort: 30001, disruptionBudget: { minAvailable: 1 } }
          tillt: { replicas: 2 }
        datastores:
          cache: { kind: inCluster, resources: { cpu: { request: "4" } } }
          kafka: { kind: inCluster }
        secrets: { API_KY: { from: config } }
      stall: { namespace: shop }
      shoop: {}
      `,
    ),
  );

  it("tells all of them together, by their paths", () => {
    expect(issues.map(({ path, problem }) => `${path}: ${problem}`).sort()).toEqual(
      [
        "fleet:platforms.shop.colour: unknown key",
        "fleet:platforms.shop.services.till.replicas: not acceptable",
        "fleet:platforms.shop.services.tillt: shop has no such entry",
        "fleet:platforms.shop.datastores.kafka: shop has no such entry",
        "fleet:platforms.shop.secrets.API_KY: shop has no such entry",
        "fleet:platforms.shoop: there is no such platform",
        "fleet:platforms.shop.services.stock.enabled: cart links to stock, which this stack disables",
        "fleet:platforms.shop.services.cart.nodePort: NodePort 30001 is taken twice: shop/till and shop/cart",
        "fleet:secrets.shop.API_KEY: missing secret",
        `services.shop.${longest.name}.name: its DNS name would be 75 characters long or is not a DNS label`,
        "fleet:platforms.shop.datastores.db: the pools of its dependants may open 40 connections: cart 20 × 2",
        "fleet:platforms.shop.services.cart.disruptionBudget.minAvailable: with 1 replicas a node could never be drained",
        "fleet:platforms.shop.services.till.resources.memory: the request is above the limit, and the API server would refuse the pod",
        "fleet:platforms.shop.datastores.cache.resources.cpu: the request is above the limit, and the API server would refuse the pod",
        "services.shop.cart.environment.DATABASE_URL: set twice: by environment and by the link to db",
        "services.shop.left.links: required links form a cycle, so that none could start first: left → right → left",
        "fleet:platforms.stall.namespace: shop and stall share the namespace shop",
      ].sort(),
    );
  });

  it("says of each what is allowed and how to mend it", () => {
    for (const issue of issues) {
      expect(issue.allowed, issue.path).not.toBe("");
      expect(issue.fix, issue.path).not.toBe("");
    }
    expect(formatIssues(issues)).toContain("17 problems found; nothing was changed.");
  });

  const issueAt = (path: string) => issues.find((issue) => issue.path === path);

  it("tells how to set a secret that is missing", () => {
    expect(issueAt("fleet:secrets.shop.API_KEY")).toEqual({
      path: "fleet:secrets.shop.API_KEY",
      problem: "missing secret",
      allowed:
        "a value in the stack's encrypted configuration, or { from: random, length } at fleet:platforms.shop.secrets.API_KEY",
      fix: "pulumi config set --secret --path 'fleet:secrets.shop.API_KEY'",
    });
  });

  it("names both ends of a link to a disabled service, and both ways out", () => {
    expect(issueAt("fleet:platforms.shop.services.stock.enabled")).toEqual({
      path: "fleet:platforms.shop.services.stock.enabled",
      problem: "cart links to stock, which this stack disables",
      value: false,
      allowed: "links between enabled services",
      fix: "enable stock, or disable cart too",
    });
  });

  it("names both services on one NodePort, the number and the free range", () => {
    expect(issueAt("fleet:platforms.shop.services.cart.nodePort")).toEqual({
      path: "fleet:platforms.shop.services.cart.nodePort",
      problem: "NodePort 30001 is taken twice: shop/till and shop/cart",
      value: 30001,
      allowed: "a free port from 30000 to 32767",
      fix: "give one of them another nodePort",
    });
  });

  it("shows the over-long name and the limit", () => {
    expect(issueAt(`services.shop.${longest.name}.name`)).toMatchObject({
      value: `shop-${longest.name}`,
      allowed: "at most 63 lower-case letters, digits and -, the platform's prefix included",
      fix: "choose a shorter name in services/shop/",
    });
  });

  it("lists the names that there are beside the one that there is not", () => {
    expect(issueAt("fleet:platforms.shop.datastores.kafka")?.allowed).toBe("one of db, cache");
    expect(issueAt("fleet:platforms.shoop")?.allowed).toBe("one of shop, stall");
  });

  it("shows what the pools may take at most, and what was declared", () => {
    expect(issueAt("fleet:platforms.shop.datastores.db")).toMatchObject({
      value: 30,
      allowed: "at most 20 (max_connections less 10 kept free)",
    });
  });
});

describe("a link", () => {
  it("may not lead to a service that the platform does not list", () => {
    const issues = issuesOf(
      resolve([shop({ services: [cart, stock], datastores: [cache] })], "shop: {}", ["shop.API_KEY"]),
    );
    expect(issues.map((issue) => issue.problem)).toEqual(["cart links to db, which shop does not list"]);
  });

  it("to a disabled service is an issue even when it is optional", () => {
    const page = defineService({ ...plain, name: "page", links: [link(stock)] });
    const issues = issuesOf(
      resolve([shop({ services: [page, stock] })], "shop: { services: { stock: { enabled: false } } }"),
    );
    expect(issues.map((issue) => issue.problem)).toEqual([
      "page links to stock (an optional link), which this stack disables",
    ]);
  });

  it("from a disabled service is none", () => {
    const page = defineService({ ...plain, name: "page", links: [link(stock)] });
    const settings = "shop: { services: { stock: { enabled: false }, page: { enabled: false } } }";
    expect(resolve([shop({ services: [page, stock] })], settings).ok).toBe(true);
  });

  it("may close a cycle as long as one link of it is optional", () => {
    const links: Link[] = [];
    const one = defineService({ ...plain, name: "one", links });
    const two = defineService({ ...plain, name: "two", links: [link(one, { required: true })] });
    links.push(link(two));
    expect(resolve([shop({ services: [one, two] })], "shop: {}").ok).toBe(true);
  });
});

describe("connections to a database", () => {
  const reader = defineService({ ...plain, name: "reader", links: [link(database)] });
  const resolveReader = (settings: string) =>
    resolve([shop({ services: [reader], datastores: [database] })], `shop: { services: { reader: ${settings} } }`);

  it("are counted with one pod more than there are replicas, for the rolling update", () => {
    expect(resolveReader("{ replicas: 3 }").ok).toBe(true); // 5 × 4 = 20 of 20
    expect(issuesOf(resolveReader("{ replicas: 4 }"))[0]?.problem).toContain("25 connections: reader 5 × 5");
  });

  it("are counted at the autoscaler's most", () => {
    const scaled = (most: number) => `{ autoscaling: { minReplicas: 1, maxReplicas: ${most}, targetCpuPercent: 70 } }`;
    expect(resolveReader(scaled(3)).ok).toBe(true);
    expect(issuesOf(resolveReader(scaled(4)))[0]?.problem).toContain("25 connections");
  });
});

describe("a disruption budget", () => {
  const page = defineService({ ...plain, name: "page" });
  const resolvePage = (settings: string) =>
    resolve([shop({ services: [page] })], `shop: { services: { page: ${settings} } }`);

  it("must leave a pod to be moved", () => {
    expect(resolvePage("{ replicas: 2, disruptionBudget: { minAvailable: 1 } }").ok).toBe(true);
    expect(issuesOf(resolvePage("{ replicas: 2, disruptionBudget: { minAvailable: 2 } }"))).toEqual([
      {
        path: "fleet:platforms.shop.services.page.disruptionBudget.minAvailable",
        problem: "with 2 replicas a node could never be drained",
        value: 2,
        allowed: "less than the number of replicas, 2",
        fix: "raise replicas, or lower or remove the disruption budget",
      },
    ]);
  });

  it("is held against the fewest pods of an autoscaler", () => {
    const scaled = "autoscaling: { minReplicas: 1, maxReplicas: 5, targetCpuPercent: 70 }";
    expect(resolvePage(`{ replicas: 4, ${scaled}, disruptionBudget: { minAvailable: 1 } }`).ok).toBe(false);
  });
});

describe("an environment variable", () => {
  it.each(["HOST", "PORT", "SERVICE_NAME", "SERVICE_VERSION"])("%s is fleet's own", (variable) => {
    const page = defineService({ ...plain, name: "page", environment: { [variable]: "x" } });
    expect(issuesOf(resolve([shop({ services: [page] })], "shop: {}"))[0]).toMatchObject({
      path: `services.shop.page.environment.${variable}`,
      problem: "set twice: by fleet and by environment",
    });
  });

  it("comes from one link only, unless the other is given another name", () => {
    const other = definePostgresql({ ...database, name: "other" });
    const twice = (links: readonly Link[]) =>
      resolve(
        [shop({ services: [defineService({ ...plain, name: "page", links })], datastores: [database, other] })],
        "shop: {}",
      );
    expect(issuesOf(twice([link(database), link(other)])).map((issue) => issue.problem)).toContain(
      "set twice: by the link to db and by the link to other",
    );
  });
});

describe("what a catalogue declares wrongly", () => {
  it("is an issue, not an exception, in a datastore's resources", () => {
    const greedy = definePostgresql({ ...database, resources: { memory: { limit: "1GB" } } });
    expect(issuesOf(resolve([shop({ datastores: [greedy] })], "shop: {}"))).toEqual([
      {
        path: "fleet:platforms.shop.datastores.db.resources.memory.limit",
        problem: "not acceptable once the declaration and the stack are laid over each other",
        allowed: "a quantity in binary units such as 512Mi or 2Gi",
        fix: "correct it in services/shop/ or in the stack file",
      },
    ]);
  });

  it("is an issue in a service's specification", () => {
    const page = defineService({ ...plain, name: "page", port: 0 });
    expect(issuesOf(resolve([shop({ services: [page] })], "shop: {}")).map((issue) => issue.path)).toEqual([
      "fleet:platforms.shop.services.page.port",
    ]);
  });

  it("is an issue where two things of a platform have one name", () => {
    const page = defineService({ ...plain, name: "cache" });
    expect(issuesOf(resolve([shop({ services: [page], datastores: [cache] })], "shop: {}"))).toMatchObject([
      { path: "services.shop.cache.name", problem: "two services or datastores of the platform have this name" },
    ]);
  });

  it.each([
    [
      "a datastore's name that its pods' labels could not hold",
      { datastores: [defineRedis({ ...cache, name: "c".repeat(48) })] },
    ],
    ["a service's name that is no DNS label", { services: [defineService({ ...plain, name: "My_Page" })] }],
    ["a prefix in capitals", { objectPrefix: "Shop", services: [stock] }],
  ])("is an issue in %s", (_what, parts) => {
    expect(issuesOf(resolve([shop(parts)], "shop: {}"))[0]?.problem).toContain("is not a DNS label");
  });

  it("is an issue where the platform's own name is no namespace, until the stack names one", () => {
    const odd = shop({ name: "The_Shop" });
    expect(issuesOf(resolve([odd], "The_Shop: {}"))).toEqual([
      {
        path: "fleet:platforms.The_Shop.namespace",
        problem: "the platform's name is no name for a namespace",
        value: "The_Shop",
        allowed: "at most 63 lower-case letters, digits and -",
        fix: "name a namespace here",
      },
    ]);
    expect(resolve([odd], "The_Shop: { namespace: shop }").ok).toBe(true);
  });
});
