import { describe, expect, it } from "vitest";
import { renderSelection } from "../../../model/render/selection.ts";
import { renderStack } from "../../../model/render/stack.ts";
import { selectServices } from "../../../model/resolve/selection.ts";
import type { ResolvedStack } from "../../../model/resolve/resolved.ts";
import { link } from "../../../model/declaration/link.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { defineRedis } from "../../../model/declaration/redis.ts";
import { expectResolved, issuesOf, resolve, shop } from "../stack-fixtures.ts";

const cache = defineRedis({
  name: "cache",
  seeds: [],
  version: "7",
  uses: ["cache"],
  maxMemory: "64Mi",
  evictionPolicy: "allkeys-lru",
  storage: "1Gi",
});
const python = { seeds: [], language: "python", port: 8000 } as const;
const stock = defineService({ name: "stock", ...python, links: [link(cache)] });
const prices = defineService({ name: "prices", ...python });
const cart = defineService({ name: "cart", ...python, links: [link(stock, { required: true }), link(prices)] });
const blog = defineService({ name: "blog", ...python, links: [link(cache)] });
const platform = shop({ services: [stock, prices, cart, blog], datastores: [cache] });
const garden = shop({ name: "garden", objectPrefix: "garden", services: [defineService({ name: "blog", ...python })] });

const stack = expectResolved(resolve([platform, garden], "{ shop: {}, garden: {} }"));
const only = (...names: string[]): ResolvedStack => expectResolved(selectServices(stack, names));
const namesOf = (selected: ResolvedStack) =>
  selected.platforms.flatMap(({ name, services, datastores }) =>
    [...services, ...datastores].map((one) => `${name}/${one.name}`),
  );

describe("a selection of services", () => {
  it("is a service with all that it needs, over required and optional links", () => {
    expect(namesOf(only("cart"))).toEqual(["shop/stock", "shop/prices", "shop/cart", "shop/cache"]);
    expect(namesOf(only("prices"))).toEqual(["shop/prices"]);
  });

  it("is all that any of the named ones needs", () => {
    expect(namesOf(only("prices", "stock"))).toEqual(["shop/stock", "shop/prices", "shop/cache"]);
  });

  it("takes a datastore too", () => {
    expect(namesOf(only("cache"))).toEqual(["shop/cache"]);
  });

  it("leaves out platforms, waves and images that nothing in it needs", () => {
    expect(only("prices").platforms.map(({ name }) => name)).toEqual(["shop"]);
    expect(only("cart").platforms[0]?.waves).toEqual([["stock", "prices"], ["cart"]]);
    expect(Object.keys(only("prices").images)).toEqual(["reference-workload"]);
    expect(Object.keys(only("cache").images)).toEqual(["redis"]);
  });

  it("is the whole stack where nothing is named", () => {
    expect(only()).toBe(stack);
  });

  it("refuses a name that the stack does not have, and says which it has", () => {
    expect(issuesOf(selectServices(stack, ["carts"]))).toEqual([
      {
        path: "--only carts",
        problem: "the stack has no such service",
        value: "carts",
        allowed: "one of shop/stock, shop/prices, shop/cart, shop/blog, shop/cache, garden/blog",
        fix: "correct the name",
      },
    ]);
  });

  it("asks which of two platforms is meant, and takes the answer", () => {
    expect(issuesOf(selectServices(stack, ["blog"]))[0]).toMatchObject({ allowed: "one of shop/blog, garden/blog" });
    expect(namesOf(only("garden/blog"))).toEqual(["garden/blog"]);
  });
});

describe("the objects of a selection", () => {
  it("are those of the whole stack, unchanged: what runs beside the selection keeps its way in", () => {
    const whole = new Map(renderStack(stack).map((one) => [one.logicalName, one]));
    const selected = renderSelection(stack, only("stock"));
    expect(selected.map(({ logicalName }) => whole.get(logicalName))).toEqual(selected);
    const policy = selected.find(({ logicalName }) => logicalName === "shop-cache-network-policy");
    expect(JSON.stringify(policy?.object)).toContain("shop-blog");
  });

  it("are the namespace, the default deny and what the selected ones own", () => {
    expect(renderSelection(stack, only("prices")).map(({ logicalName }) => logicalName)).toEqual([
      "shop-namespace",
      "shop-prices-config-map",
      "shop-prices-deployment",
      "shop-default-deny",
      "shop-prices-network-policy",
      "shop-prices-service",
      "shop-prices-service-account",
    ]);
  });
});
