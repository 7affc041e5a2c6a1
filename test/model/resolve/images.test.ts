import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { link } from "../../../model/declaration/link.ts";
import { definePostgresql } from "../../../model/declaration/postgresql.ts";
import { defineService } from "../../../model/declaration/service.ts";
import type { Result } from "../../../model/issue.ts";
import { missingSources, unpinnedImages } from "../../../model/resolve/image-issues.ts";
import type { ResolvedStack } from "../../../model/resolve/resolved.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { expectResolved, issuesOf, serviceOf, shop } from "../stack-fixtures.ts";

const database = definePostgresql({
  name: "db",
  seeds: [],
  version: "17",
  extensions: [],
  database: "shop",
  storage: "1Gi",
  maxConnections: 100,
});
const cart = defineService({ name: "cart", seeds: [], language: "python", port: 8001, links: [link(database)] });
const till = defineService({ name: "till", seeds: [], language: "node", port: 8002 });
const catalogue = [shop({ services: [cart, till], datastores: [database] })];

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function resolve(images: string, platform = "{}", secrets: readonly string[] = []): Result<ResolvedStack> {
  const values = {
    images: { registry: "r.test/fleet", ...(parse(images) as object) },
    platforms: { shop: parse(platform) as unknown },
  };
  return resolveStack({ stack: "prod", catalogue, raw: { values, secrets }, migrations: {} });
}

const stackOf = (...given: Parameters<typeof resolve>) => expectResolved(resolve(...given));
const imageOf = (stack: ResolvedStack, service: string) => stack.images[serviceOf(stack, service).image];

describe("a platform's source root", () => {
  it("has each service built from its own folder there, through the Dockerfile of its language", () => {
    const stack = stackOf("{}", "{ sourceRoot: ../shop/ }");
    expect(imageOf(stack, "cart")).toMatchObject({
      kind: "build",
      context: "../shop/cart",
      dockerfile: "docker/python/Dockerfile",
    });
    expect(imageOf(stack, "till")).toMatchObject({ context: "../shop/till", dockerfile: "docker/node/Dockerfile" });
    expect(serviceOf(stack, "cart").reference).toBe(false);
  });

  it("gives way to what the stack says of a service", () => {
    const services = "{ cart: { image: { kind: reference } }, till: { image: { kind: build, context: ../till } } }";
    const stack = stackOf("{}", `{ sourceRoot: ../shop, services: ${services} }`);
    expect(serviceOf(stack, "cart")).toMatchObject({ image: "reference-workload", reference: true });
    expect(imageOf(stack, "till")).toMatchObject({ context: "../till" });
  });

  it("that lacks a service's folder is an issue for each, with the setting that names it", () => {
    const services = "{ till: { image: { kind: build, context: ../till } } }";
    const { images } = stackOf("{}", `{ sourceRoot: ../shop, services: ${services} }`);
    const missing = missingSources(images, (context) => context.startsWith("docker/"));
    expect(missing.map(({ path, value }) => [path, value])).toEqual([
      ["fleet:platforms.shop.sourceRoot", "../shop/cart"],
      ["fleet:platforms.shop.services.till.image.context", "../till"],
    ]);
  });
});

describe("a service's build arguments", () => {
  it("go over fleet's own", () => {
    const image =
      "{ kind: build, context: ../cart, arguments: { APP_MODULE: 'app.main:app', BASE_IMAGE: r.test/py:1 } }";
    expect(imageOf(stackOf("{}", `{ services: { cart: { image: ${image} } } }`), "cart")).toMatchObject({
      arguments: {
        APP_MODULE: "app.main:app",
        BASE_IMAGE: "r.test/py:1",
        BUILD_IMAGE: "docker.io/library/python:3.11-slim-bookworm",
      },
    });
  });
});

describe("the builder", () => {
  it("is this machine's daemon, for its own platform and with its own cache, unless the stack says otherwise", () => {
    const image = stackOf("{}").images["postgresql"];
    expect(image).toMatchObject({ kind: "build", repository: "r.test/fleet/postgresql" });
    expect(image).not.toHaveProperty("buildx");
  });

  it("may be buildx: both platforms, the cache beside the images", () => {
    expect(stackOf("{ builder: { kind: buildx, name: big } }").images["postgresql"]).toMatchObject({
      buildx: { builder: "big", platforms: ["linux/amd64", "linux/arm64"], cache: "r.test/fleet/postgresql" },
    });
  });

  it("may be buildx with platforms and a cache of the stack's choice", () => {
    const builder = "{ kind: buildx, platforms: [linux/arm64], cacheRegistry: cache.test/fleet }";
    expect(stackOf(`{ builder: ${builder} }`).images["postgresql"]).toMatchObject({
      buildx: { platforms: ["linux/arm64"], cache: "cache.test/fleet/postgresql" },
    });
  });

  it("cannot have platforms where it is the daemon", () => {
    const issues = issuesOf(resolve("{ builder: { kind: docker, platforms: [linux/arm64] } }"));
    expect(issues.map(({ path }) => path)).toEqual(["fleet:images.builder.platforms"]);
  });
});

describe("digests", () => {
  const all = `{ reference-workload: "${digest("a")}", postgresql: "${digest("b")}", migrations: "${digest("c")}" }`;

  it("name images of the stack's registry, which are then built by nobody", () => {
    const stack = stackOf(`{ digests: { postgresql: "${digest("b")}" } }`);
    expect(stack.images["postgresql"]).toEqual({ kind: "pinned", reference: `r.test/fleet/postgresql@${digest("b")}` });
    expect(stack.images["migrations"]).toMatchObject({ kind: "build" });
  });

  it("of a service come before its sources and before the reference workload", () => {
    const stack = stackOf(`{ digests: { shop/cart: "${digest("d")}" } }`, "{ sourceRoot: ../shop }");
    expect(imageOf(stack, "cart")).toEqual({ kind: "pinned", reference: `r.test/fleet/shop/cart@${digest("d")}` });
    expect(serviceOf(stack, "cart").reference).toBe(false);
    expect(imageOf(stack, "till")).toMatchObject({ kind: "build", context: "../shop/till" });
  });

  it("of something that is no image are an issue", () => {
    const [issue] = issuesOf(resolve(`{ digests: { shop/crat: "${digest("a")}" } }`));
    expect(issue).toMatchObject({ path: "fleet:images.digests.shop/crat", problem: "there is no such image" });
    expect(issue?.allowed).toContain("shop/cart, shop/till, postgresql, migrations, reference-workload");
  });

  it("are all that a stack without a builder needs", () => {
    const { images } = stackOf(`{ builder: { kind: none }, digests: ${all} }`);
    expect(new Set(Object.values(images).map(({ kind }) => kind))).toEqual(new Set(["pinned"]));
  });

  it("keep a stack without a builder from coming up where one is missing, which names them all and says how to pin", () => {
    expect(unpinnedImages(stackOf("{ builder: { kind: none } }"))).toEqual([
      {
        path: "fleet:images.digests",
        problem: "the stack builds nothing and names no digest of postgresql, reference-workload, migrations",
        allowed: "a digest of each image that the stack runs, or a builder other than none",
        fix: "npx fleet images pin --stack prod --from STACK, the stack that has proven them, such as staging",
      },
    ]);
  });

  it("are no issue for what can be said without them", () => {
    expect(stackOf("{ builder: { kind: none } }").images["postgresql"]).toEqual({ kind: "unpinned" });
  });
});

describe("the account that pushes", () => {
  it("needs its password from the stack's encrypted configuration", () => {
    const username = "{ username: robot }";
    expect(issuesOf(resolve(username)).map(({ path, problem }) => [path, problem])).toEqual([
      ["fleet:secrets.registry.password", "missing secret"],
    ]);
    expect(stackOf(username, "{}", ["registry.password"]).registry).toEqual({
      server: "r.test",
      username: "robot",
    });
  });
});
