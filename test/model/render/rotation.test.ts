import { describe, expect, it } from "vitest";
import { defineMongodb, definePostgresql, defineRabbitmq, defineRedis } from "../../../model/declaration/datastore.ts";
import { link } from "../../../model/declaration/link.ts";
import { random } from "../../../model/declaration/secret.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { secretPlaceholder } from "../../../model/placeholder.ts";
import { expectResolved, issuesOf, resolve, shop } from "../stack-fixtures.ts";
import { objectOf, renderedObjects, type RenderedObject } from "./rendered-stack.ts";

const shared = { seeds: [], version: "1", storage: "1Gi" };
const db = definePostgresql({ ...shared, name: "db", database: "orders", extensions: [], maxConnections: 100 });
const cache = defineRedis({
  ...shared,
  name: "cache",
  uses: ["cache"],
  maxMemory: "64Mi",
  evictionPolicy: "allkeys-lfu",
});
const broker = defineRabbitmq({
  ...shared,
  name: "broker",
  virtualHost: "shop",
  exchange: "shop",
  events: ["order.placed"],
  retryDelaySeconds: 10,
});
const documents = defineMongodb({ ...shared, name: "documents", database: "shop" });
const cart = defineService({
  name: "cart",
  seeds: [],
  language: "node",
  port: 8000,
  secrets: { SESSION_KEY: random(20) },
  links: [link(db), link(cache), link(broker)],
});
const platform = shop({ services: [cart], datastores: [db, cache, broker, documents] });

const NAMES = ["SESSION_KEY", "DB_APP_PASSWORD", "DB_ADMIN_PASSWORD", "CACHE_PASSWORD", "CACHE_ADMIN_PASSWORD"];
const rotated = (names: readonly string[], generation: number, keepPrevious = false) =>
  renderedObjects(
    expectResolved(
      resolve(
        [platform],
        `shop: { secrets: { ${names
          .map(
            (name) => `${name}: { from: random, length: 20, generation: ${generation}, keepPrevious: ${keepPrevious} }`,
          )
          .join(", ")} } }`,
      ),
    ),
  );
const value = (name: string, generation = 1) =>
  secretPlaceholder(generation === 1 ? `shop.${name}` : `shop.${name}.generation-${generation}`);
const cartSecret = (objects: ReadonlyMap<string, RenderedObject>) =>
  objectOf(objects, "Secret", "shop-cart").stringData;
const bootstrapEnvironment = (objects: ReadonlyMap<string, RenderedObject>) =>
  [...objects.values()]
    .filter((object) => object.metadata?.name?.startsWith("shop-db-migration-") === true)
    .map((object) => objectOf(objects, "Job", object.metadata?.name ?? ""))
    .flatMap(({ spec }) => spec?.template.spec?.containers[0]?.env ?? []);

describe("a generated value in the middle of its rotation", () => {
  it("stands beside the one before, for the services that declare it", () => {
    const data = cartSecret(rotated(["SESSION_KEY"], 2, true));
    expect(data).toMatchObject({
      SESSION_KEY: value("SESSION_KEY", 2),
      SESSION_KEY_PREVIOUS: value("SESSION_KEY"),
    });
    expect(cartSecret(rotated(["SESSION_KEY"], 2))).not.toHaveProperty("SESSION_KEY_PREVIOUS");
  });

  it("has another name with every generation, so that the pods that read it roll", () => {
    const hash = (generation: number) =>
      objectOf(rotated(["SESSION_KEY"], generation), "Deployment", "shop-cart").spec?.template.metadata?.annotations?.[
        "fleet.dev/secret-hash"
      ];
    expect(new Set([hash(1), hash(2), hash(3)]).size).toBe(3);
  });

  it("cannot stand beside one that has never been", () => {
    const settings = "shop: { secrets: { SESSION_KEY: { from: random, length: 20, keepPrevious: true } } }";
    expect(issuesOf(resolve([platform], settings))).toMatchObject([
      { path: "fleet:platforms.shop.secrets.SESSION_KEY.keepPrevious", value: true },
    ]);
  });
});

describe("the password of services in PostgreSQL", () => {
  it("belongs to two users in turn, the alternate with the rights of the first", () => {
    const users = [1, 2, 3, 4].map(
      (generation) =>
        /\/\/(\w+):/.exec(cartSecret(rotated(["DB_APP_PASSWORD"], generation))?.["DATABASE_URL"] ?? "")?.[1],
    );
    expect(users).toEqual(["orders_app", "orders_app_alternate", "orders_app", "orders_app_alternate"]);
    const roles = bootstrapEnvironment(rotated(["DB_APP_PASSWORD"], 2));
    expect(roles).toContainEqual({ name: "APP_ROLE", value: "orders_app" });
  });

  it("takes the user before away only once the rotation is over", () => {
    const retired = (generation: number, keepPrevious: boolean) =>
      bootstrapEnvironment(rotated(["DB_APP_PASSWORD"], generation, keepPrevious)).find(
        ({ name }) => name === "RETIRED_ROLE",
      )?.value;
    expect(retired(1, false)).toBeUndefined();
    expect([retired(2, true), retired(2, false)]).toEqual([undefined, "orders_app"]);
    expect([retired(3, true), retired(3, false)]).toEqual([undefined, "orders_app_alternate"]);
  });

  it("of the administrator: the Job can come in by the one before, and the server does not restart", () => {
    const during = rotated(["DB_ADMIN_PASSWORD"], 2, true);
    const urls = objectOf(during, "Secret", "shop-db-migration").stringData ?? {};
    expect(urls["ADMIN_DATABASE_URL"]).toContain(value("DB_ADMIN_PASSWORD", 2));
    expect(urls["ADMIN_PREVIOUS_DATABASE_URL"]).toContain(value("DB_ADMIN_PASSWORD"));
    expect(objectOf(during, "StatefulSet", "shop-db").spec?.template).toEqual(
      objectOf(rotated([], 1), "StatefulSet", "shop-db").spec?.template,
    );
  });
});

describe("the password of services in Redis", () => {
  const users = (objects: ReadonlyMap<string, RenderedObject>) =>
    (objectOf(objects, "Secret", "shop-cache").stringData?.["users.acl"] ?? "")
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [line.split(" ").slice(1, 4).join(" ")]));

  it("is that of both users during a rotation, and of the one whose turn it is afterwards", () => {
    const admin = `admin on >${value("CACHE_ADMIN_PASSWORD")}`;
    expect(users(rotated(["CACHE_PASSWORD"], 2, true))).toEqual([
      "default on nopass",
      admin,
      `app_alternate on >${value("CACHE_PASSWORD", 2)}`,
      `app on >${value("CACHE_PASSWORD")}`,
    ]);
    expect(users(rotated(["CACHE_PASSWORD"], 2))).toEqual([
      "default on nopass",
      admin,
      `app_alternate on >${value("CACHE_PASSWORD", 2)}`,
    ]);
  });

  it("is brought to the running server by a Job, so that it does not restart", () => {
    const during = rotated(NAMES, 2, true);
    const job = objectOf(during, "Job", "shop-cache-logins");
    expect(job.spec?.template.metadata?.annotations?.["fleet.dev/secret-hash"]).toBeDefined();
    expect(objectOf(during, "StatefulSet", "shop-cache").spec?.template).toEqual(
      objectOf(rotated([], 1), "StatefulSet", "shop-cache").spec?.template,
    );
    const callers = objectOf(during, "NetworkPolicy", "shop-cache").spec?.ingress?.[0]?.from;
    expect(JSON.stringify(callers)).toContain("shop-cache-logins");
    expect(rotated([], 1).has("Job/shop-cache-logins")).toBe(false);
  });

  it("stands in no argument of the Job", () => {
    const { command, args } =
      objectOf(rotated(NAMES, 2, true), "Job", "shop-cache-logins").spec?.template.spec?.containers[0] ?? {};
    for (const name of NAMES) expect(JSON.stringify([command, args])).not.toContain(value(name, 2));
  });
});

it("RabbitMQ knows both users during a rotation, and afterwards lets the one before in no more", () => {
  const users = (keepPrevious: boolean) => {
    const { stringData = {} } = objectOf(rotated(["BROKER_PASSWORD"], 2, keepPrevious), "Secret", "shop-broker");
    return (JSON.parse(stringData["definitions.json"] ?? "{}") as { users: unknown }).users;
  };
  const current = { name: "shop_alternate", password: value("BROKER_PASSWORD", 2), tags: [] };
  expect(users(true)).toEqual([current, { name: "shop", password: value("BROKER_PASSWORD"), tags: [] }]);
  expect(users(false)).toEqual([current, { name: "shop", password_hash: "", tags: [] }]);
});

it("MongoDB's password has one generation, for the server knows one at a time", () => {
  const settings = "shop: { secrets: { DOCUMENTS_PASSWORD: { from: random, length: 20, generation: 2 } } }";
  expect(issuesOf(resolve([platform], settings))).toMatchObject([
    { path: "fleet:platforms.shop.secrets.DOCUMENTS_PASSWORD.generation", value: 2 },
  ]);
});
