import { describe, expect, it } from "vitest";
import { definePostgresql } from "../../../model/declaration/datastore.ts";
import { link } from "../../../model/declaration/link.ts";
import { fromConfig, random } from "../../../model/declaration/secret.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { secretsOf } from "../../../model/resolve/secrets-of.ts";
import { expectResolved, issuesOf, settingsOf, shop } from "../stack-fixtures.ts";
import { objectOf, renderedObjects } from "./rendered-stack.ts";

const db = definePostgresql({
  name: "db",
  seeds: [],
  version: "17",
  database: "orders",
  extensions: [],
  maxConnections: 100,
  storage: "1Gi",
});
const cart = defineService({
  name: "cart",
  seeds: [],
  language: "node",
  port: 8000,
  secrets: { API_KEY: fromConfig, SESSION_KEY: random(20) },
  links: [link(db)],
});
const mail = defineService({ name: "mail", seeds: [], language: "node", port: 8001, secrets: { API_KEY: fromConfig } });

const STORE = { kind: "ClusterSecretStore", name: "vault", keyPrefix: "acme/prod" };
const ELSEWHERE = "datastores: { db: { kind: external, host: h.test, port: 5432, addresses: [192.0.2.1/32] } }";

function resolved(settings: string, { secretStore, shared }: { secretStore?: object; shared?: string } = {}) {
  const platform = shop({
    services: [cart, mail],
    datastores: [db],
    migrates: db,
    ...(shared === undefined ? {} : { sharedSecret: shared }),
  });
  const values = { ...settingsOf(`shop: { ${settings} }`), ...(secretStore === undefined ? {} : { secretStore }) };
  const migrations = { shop: { "001.do.orders.sql": "-- migration: expand\nSELECT 1" } };
  return resolveStack({ stack: "test", catalogue: [platform], raw: { values, secrets: [] }, migrations });
}

const rendered = (settings: string, options: Parameters<typeof resolved>[1] = { secretStore: STORE }) =>
  renderedObjects(expectResolved(resolved(settings, options)));

describe("a stack with a store outside", () => {
  it("takes from it what its configuration would hold, and makes the rest itself", () => {
    const sources = secretsOf(expectResolved(resolved("", { secretStore: STORE })));
    expect(Object.fromEntries(sources.map(({ key, source }) => [key, source.from]))).toEqual({
      "shop.API_KEY": "externalStore",
      "shop.DB_ADMIN_PASSWORD": "random",
      "shop.DB_APP_PASSWORD": "random",
      "shop.DB_BACKUP_PASSWORD": "random",
      "shop.DB_OWNER_PASSWORD": "random",
      "shop.SESSION_KEY": "random",
    });
  });

  it("leaves to the operator what comes from there, in a Secret of its own, and the pod reads both", () => {
    const objects = rendered("");
    expect(Object.keys(objectOf(objects, "Secret", "shop-cart").stringData ?? {})).toEqual([
      "DATABASE_URL",
      "SESSION_KEY",
    ]);
    expect(objectOf(objects, "ExternalSecret", "shop-cart-from-store").spec).toMatchObject({
      refreshInterval: "1h",
      secretStoreRef: { kind: "ClusterSecretStore", name: "vault" },
      target: {
        name: "shop-cart-from-store",
        creationPolicy: "Owner",
        template: { data: { API_KEY: "{{ .API_KEY }}" } },
      },
      data: [{ secretKey: "API_KEY", remoteRef: { key: "acme/prod/shop", property: "API_KEY" } }],
    });
    const deployment = objectOf(objects, "Deployment", "shop-cart");
    expect(deployment.spec?.template.spec?.containers[0]?.envFrom).toEqual([
      { configMapRef: { name: "shop-cart" } },
      { secretRef: { name: "shop-cart" } },
      { secretRef: { name: "shop-cart-from-store" } },
    ]);
    expect(deployment.metadata?.annotations).toMatchObject({
      "secret.reloader.stakater.com/reload": "shop-cart-from-store",
    });
  });

  it("keeps the Secret's own name where all of it comes from there", () => {
    const objects = rendered("");
    expect(objects.has("Secret/shop-mail")).toBe(false);
    expect(objectOf(objects, "ExternalSecret", "shop-mail").spec.target.name).toBe("shop-mail");
    const [container] = objectOf(objects, "Deployment", "shop-mail").spec?.template.spec?.containers ?? [];
    expect(container?.envFrom).toContainEqual({ secretRef: { name: "shop-mail" } });
  });

  it("composes connection strings in the operator's template, with the password escaped", () => {
    const objects = rendered(ELSEWHERE);
    const { template } = objectOf(objects, "ExternalSecret", "shop-cart-from-store").spec.target;
    expect(template.data["DATABASE_URL"]).toBe(
      'postgresql://orders_app:{{ .DB_APP_PASSWORD | urlquery | replace "+" "%20" }}@h.test:5432/orders?sslmode=verify-full',
    );
    const migration = objectOf(objects, "ExternalSecret", "shop-db-migration").spec;
    expect(Object.keys(migration.target.template.data)).toEqual(["APP_DATABASE_URL", "DATABASE_URL"]);
    expect(migration.data.map(({ secretKey }) => secretKey)).toEqual(["DB_APP_PASSWORD", "DB_OWNER_PASSWORD"]);
    expect(objects.has("Secret/shop-db-migration")).toBe(false);
  });

  it("finds a secret where the stack says it is kept", () => {
    const entry = "{ from: externalStore, key: openai/prod, property: token, version: '7' }";
    expect(objectOf(rendered(`secrets: { API_KEY: ${entry} }`), "ExternalSecret", "shop-mail").spec.data).toEqual([
      { secretKey: "API_KEY", remoteRef: { key: "openai/prod", property: "token", version: "7" } },
    ]);
    const whole = "{ from: externalStore, key: openai/prod }";
    expect(objectOf(rendered(`secrets: { API_KEY: ${whole} }`), "ExternalSecret", "shop-mail").spec.data).toEqual([
      { secretKey: "API_KEY", remoteRef: { key: "openai/prod" } },
    ]);
  });

  it("parts a platform's shared Secret too, and keeps its name where nothing has to be parted", () => {
    const mixed = rendered("", { secretStore: STORE, shared: "shop-keys" });
    expect(Object.keys(objectOf(mixed, "Secret", "shop-keys").stringData ?? {})).toEqual(["SESSION_KEY"]);
    const [container] = objectOf(mixed, "Deployment", "shop-cart").spec?.template.spec?.containers ?? [];
    expect(container?.env?.map(({ name, valueFrom }) => [name, valueFrom?.secretKeyRef?.name])).toEqual([
      ["API_KEY", "shop-keys-from-store"],
      ["SESSION_KEY", "shop-keys"],
    ]);
    const stored = "secrets: { SESSION_KEY: { from: externalStore } }";
    const whole = rendered(stored, { secretStore: STORE, shared: "shop-keys" });
    expect(whole.has("Secret/shop-keys")).toBe(false);
    expect(objectOf(whole, "ExternalSecret", "shop-keys").spec.data).toHaveLength(2);
  });
});

describe("a store that cannot be", () => {
  it("is reported where the stack names none", () => {
    const issues = issuesOf(resolved("secrets: { API_KEY: { from: externalStore } }"));
    expect(issues).toMatchObject([
      { path: "fleet:platforms.shop.secrets.API_KEY.from", problem: "the stack names no store" },
    ]);
  });

  it("is reported for the password of a datastore that the program runs", () => {
    const issues = issuesOf(resolved("secrets: { DB_APP_PASSWORD: { from: externalStore } }", { secretStore: STORE }));
    expect(issues).toMatchObject([{ path: "fleet:platforms.shop.secrets.DB_APP_PASSWORD.from" }]);
  });
});
