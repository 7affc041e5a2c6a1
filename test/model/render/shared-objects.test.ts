import { describe, expect, it } from "vitest";
import { definePostgresql } from "../../../model/declaration/datastore.ts";
import { link } from "../../../model/declaration/link.ts";
import type { PlatformDeclaration } from "../../../model/declaration/platform.ts";
import { random } from "../../../model/declaration/secret.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { secretHashPlaceholder, secretPlaceholder } from "../../../model/placeholder.ts";
import { expectResolved, issuesOf, resolve, shop } from "../stack-fixtures.ts";
import { objectOf, renderedObjects } from "./rendered-stack.ts";

const db = definePostgresql({
  name: "db",
  seeds: [],
  version: "17",
  database: "shop",
  extensions: [],
  maxConnections: 100,
  storage: "1Gi",
});
const cart = defineService({
  name: "cart",
  seeds: [],
  language: "node",
  port: 8001,
  secrets: { CART_KEY: random(20) },
  links: [link(db)],
});
const till = defineService({
  name: "till",
  seeds: [],
  language: "node",
  port: 8002,
  secrets: { TILL_KEY: random(20), CART_KEY: random(20) },
});
const bare = defineService({ name: "bare", seeds: [], language: "node", port: 8003 });

const sharing = (parts: Partial<PlatformDeclaration> = {}) =>
  shop({
    services: [cart, till, bare],
    datastores: [db],
    defaults: { environment: { TENANT: "acme", REGION: "eu" } },
    sharedConfigMap: "shop-config",
    sharedSecret: "shop-secrets",
    ...parts,
  });

const render = (settings = "{}", parts: Partial<PlatformDeclaration> = {}) =>
  renderedObjects(expectResolved(resolve([sharing(parts)], `shop: ${settings}`)));
const templateOf = (objects: ReturnType<typeof render>, name: string) =>
  objectOf(objects, "Deployment", name).spec?.template;
const containerOf = (objects: ReturnType<typeof render>, name: string) =>
  templateOf(objects, name)?.spec?.containers[0];

describe("a platform's shared Secret", () => {
  const objects = render();

  it("holds each declared secret once", () => {
    expect(objectOf(objects, "Secret", "shop-secrets").stringData).toEqual({
      CART_KEY: secretPlaceholder("shop.CART_KEY"),
      TILL_KEY: secretPlaceholder("shop.TILL_KEY"),
    });
  });

  it("gives a pod the keys that its service declares, and no other", () => {
    expect(containerOf(objects, "shop-cart")?.env).toEqual([
      { name: "CART_KEY", valueFrom: { secretKeyRef: { name: "shop-secrets", key: "CART_KEY" } } },
    ]);
    expect(containerOf(objects, "shop-bare")?.env).toBeUndefined();
    for (const name of ["shop-cart", "shop-till", "shop-bare"]) {
      const whole = containerOf(objects, name)?.envFrom?.map((source) => source.secretRef?.name);
      expect(whole).not.toContain("shop-secrets");
    }
  });

  it("leaves connection strings in the service's own Secret", () => {
    expect(Object.keys(objectOf(objects, "Secret", "shop-cart").stringData ?? {})).toEqual(["DATABASE_URL"]);
    expect(objects.has("Secret/shop-till")).toBe(false);
  });

  it("rolls only the pods that read a key when it changes", () => {
    const hashOf = (name: string) => templateOf(objects, name)?.metadata?.annotations?.["fleet.dev/secret-hash"];
    expect(hashOf("shop-cart")).toBe(secretHashPlaceholder(["shop.DB_APP_PASSWORD", "shop.CART_KEY"]));
    expect(hashOf("shop-till")).toBe(secretHashPlaceholder(["shop.TILL_KEY", "shop.CART_KEY"]));
    expect(hashOf("shop-bare")).toBeUndefined();
  });

  it("has no keys of services that a stack disables", () => {
    const without = render("{ services: { till: { enabled: false } } }");
    expect(Object.keys(objectOf(without, "Secret", "shop-secrets").stringData ?? {})).toEqual(["CART_KEY"]);
  });
});

describe("a platform's shared ConfigMap", () => {
  const objects = render();

  it("holds what the platform's defaults say, once", () => {
    expect(objectOf(objects, "ConfigMap", "shop-config").data).toEqual({ TENANT: "acme", REGION: "eu" });
    expect(objectOf(objects, "ConfigMap", "shop-bare").data).not.toHaveProperty("TENANT");
  });

  it("is read before the service's own, which wins", () => {
    expect(containerOf(objects, "shop-bare")?.envFrom).toEqual([
      { configMapRef: { name: "shop-config" } },
      { configMapRef: { name: "shop-bare" } },
    ]);
    const own = render("{ services: { bare: { environment: { TENANT: other } } } }");
    expect(objectOf(own, "ConfigMap", "shop-bare").data).toMatchObject({ TENANT: "other" });
    expect(objectOf(own, "ConfigMap", "shop-config").data).toMatchObject({ TENANT: "acme" });
  });

  it("takes a stack's defaults, and rolls every pod when they change", () => {
    const changed = render("{ defaults: { environment: { TENANT: globex } } }");
    expect(objectOf(changed, "ConfigMap", "shop-config").data).toEqual({ TENANT: "globex", REGION: "eu" });
    const hashOf = (from: typeof objects) =>
      templateOf(from, "shop-bare")?.metadata?.annotations?.["fleet.dev/config-hash"];
    expect(hashOf(changed)).not.toBe(hashOf(objects));
  });

  it("is not there, nor the Secret, for a platform that does not ask for them", () => {
    const { services, datastores, defaults } = sharing();
    const own = shop({ services, datastores, defaults });
    const separate = renderedObjects(expectResolved(resolve([own], "shop: {}")));
    expect(separate.has("ConfigMap/shop-config")).toBe(false);
    expect(objectOf(separate, "ConfigMap", "shop-bare").data).toMatchObject({ TENANT: "acme", REGION: "eu" });
    expect(Object.keys(objectOf(separate, "Secret", "shop-till").stringData ?? {}).sort()).toEqual([
      "CART_KEY",
      "TILL_KEY",
    ]);
  });
});

describe("the name of a shared object", () => {
  const issues = (parts: Partial<PlatformDeclaration>) =>
    issuesOf(resolve([sharing(parts)], "shop: {}")).map(({ path, value }) => ({ path, value }));

  it("is no service's nor datastore's", () => {
    expect(issues({ sharedSecret: "shop-cart" })).toEqual([{ path: "services.shop.sharedSecret", value: "shop-cart" }]);
    expect(issues({ sharedConfigMap: "shop-db" })).toEqual([
      { path: "services.shop.sharedConfigMap", value: "shop-db" },
    ]);
  });

  it("is one that Kubernetes takes", () => {
    expect(issues({ sharedConfigMap: "Shop Config" })).toEqual([
      { path: "services.shop.sharedConfigMap", value: "Shop Config" },
    ]);
  });
});

describe("a service whose liveness is `tcp`", () => {
  const caller = defineService({ name: "caller", seeds: [], language: "node", port: 8005, links: [link(bare)] });
  const objects = render("{}", {
    services: [bare, caller],
    defaults: { health: { report: "/status", ready: "/status", live: "tcp" } },
  });

  it("is alive while its port takes connections, and ready by its path", () => {
    const container = containerOf(objects, "shop-bare");
    expect(container?.livenessProbe).toMatchObject({ tcpSocket: { port: 8003 }, periodSeconds: 10 });
    expect(container?.startupProbe).toMatchObject({ tcpSocket: { port: 8003 }, failureThreshold: 30 });
    expect(container?.readinessProbe).toMatchObject({ httpGet: { path: "/status", port: 8003 } });
  });

  it("is asked for its report by those who link to it, for it has no liveness path", () => {
    const contract = (name: string) =>
      JSON.parse(objectOf(objects, "ConfigMap", name).data?.["REFERENCE_CONTRACT"] ?? "") as unknown;
    expect(contract("shop-caller")).toMatchObject({ links: [{ name: "bare", path: "/status" }] });
    expect(contract("shop-bare")).toMatchObject({ health: { report: "/status", ready: "/status" } });
    expect(contract("shop-bare")).not.toHaveProperty("health.live");
  });
});
