import { describe, expect, it } from "vitest";
import { defineKong } from "../../../model/declaration/kong.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { objectOf, renderedObjects } from "../render/rendered-stack.ts";
import { expectResolved, issuesOf, onlyPlatform, shop } from "../stack-fixtures.ts";

const cart = defineService({ name: "cart", seeds: [], language: "node", port: 8001 });
const kong = defineKong({
  name: "kong",
  title: "Kong",
  seeds: [],
  routes: [{ target: cart, audience: "public", report: "/health", requestsPerMinute: 60 }],
  requestsPerMinute: 100,
  origins: ["https://shop.test"],
  consumers: { partner: "PARTNER_API_KEY" },
});
const image = { kind: "pinned", repository: "docker.io/library/kong", digest: `sha256:${"0".repeat(64)}` };

function resolve(services: unknown = {}, secrets: unknown = {}) {
  const values = { images: { registry: "r.test" }, platforms: { shop: { services, secrets } } };
  const catalogue = [shop({ services: [cart], apiGateway: kong })];
  return resolveStack({ stack: "test", catalogue, raw: { values, secrets: [] }, migrations: {} });
}

function configured(secrets: unknown = {}): Record<string, unknown> {
  const objects = renderedObjects(expectResolved(resolve({ kong: { image } }, secrets)));
  const text = objectOf(objects, "Secret", "shop-kong").stringData?.["KONG_DECLARATIVE_CONFIG_STRING"];
  return JSON.parse(text ?? "null") as Record<string, unknown>;
}

describe("an API gateway", () => {
  it("is not deployed where the stack pins no image, and the stack says so", () => {
    const stack = expectResolved(resolve());
    expect([...renderedObjects(stack).keys()].filter((name) => name.endsWith("/shop-kong"))).toEqual([]);
    expect(onlyPlatform(stack).absentGateway).toEqual({
      name: "kong",
      reason: "no package registry has its image, and the stack pins none",
    });
  });

  it("is never built by us: to enable it without an image leaves it without one", () => {
    const { images } = expectResolved(resolve({ kong: { enabled: true } }));
    expect(images["shop/kong"]).toEqual({ kind: "unpinned" });
  });

  it("cannot lead to what the stack disables", () => {
    const [issue] = issuesOf(resolve({ kong: { image }, cart: { enabled: false } }));
    expect(issue?.problem).toBe("kong links to cart (an optional link), which this stack disables");
  });

  it("leads to its services by their links", () => {
    expect(configured()["services"]).toContainEqual(
      expect.objectContaining({
        name: "cart",
        url: "http://shop-cart.shop.svc.cluster.local:8001",
        routes: [{ name: "cart", paths: ["/cart"], strip_path: true }],
      }),
    );
  });

  it("knows both API keys while one is rotated", () => {
    const keys = (settings: unknown) =>
      (configured(settings)["consumers"] as readonly { readonly keyauth_credentials: readonly unknown[] }[])[0]
        ?.keyauth_credentials.length;
    expect(keys({})).toBe(1);
    expect(keys({ PARTNER_API_KEY: { from: "random", length: 40, generation: 2, keepPrevious: true } })).toBe(2);
  });
});
