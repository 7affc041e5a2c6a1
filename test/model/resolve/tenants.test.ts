import { describe, expect, it } from "vitest";
import { defineService } from "../../../model/declaration/service.ts";
import { defineWorker } from "../../../model/declaration/task.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { objectOf, renderedObjects } from "../render/rendered-stack.ts";
import { expectResolved, issuesOf, shop } from "../stack-fixtures.ts";

const cart = defineService({ name: "cart", seeds: [], language: "node", port: 8001 });
const mailer = defineWorker({ name: "mailer", seeds: [], language: "node", alive: ["true"] });

function resolve(tenants: unknown, tenantDirectory: string | undefined = "/etc/tenants") {
  const platform = shop({ services: [cart, mailer], ...(tenantDirectory === "" ? {} : { tenantDirectory }) });
  const values = { images: { registry: "r.test" }, platforms: { shop: { tenants } } };
  return resolveStack({ stack: "test", catalogue: [platform], raw: { values, secrets: [] }, migrations: {} });
}

const acme = { domain: "acme.test", settings: { plan: "gold", seats: 20 } };

describe("the tenants of a platform", () => {
  const objects = renderedObjects(expectResolved(resolve({ acme, globex: {} })));

  it.each(["cart", "mailer"])("are a file each for %s", (name) => {
    expect(objectOf(objects, "ConfigMap", `shop-${name}-files`).data).toEqual({
      "etc_tenants_acme.json": `${JSON.stringify({ name: "acme", ...acme }, null, 2)}\n`,
      "etc_tenants_globex.json": `${JSON.stringify({ name: "globex", settings: {} }, null, 2)}\n`,
    });
    const [container] = objectOf(objects, "Deployment", `shop-${name}`).spec?.template.spec?.containers ?? [];
    expect(container?.volumeMounts).toContainEqual({
      name: "files",
      mountPath: "/etc/tenants/acme.json",
      subPath: "etc_tenants_acme.json",
      readOnly: true,
    });
  });

  it("roll the pods when one of them changes", () => {
    const hashOf = (tenants: unknown) =>
      objectOf(renderedObjects(expectResolved(resolve(tenants))), "Deployment", "shop-cart").spec?.template.metadata
        ?.annotations?.["fleet.dev/files-hash"];
    expect(hashOf({ acme })).not.toBe(hashOf({ acme: { ...acme, domain: "other.test" } }));
    expect(hashOf({ acme })).toBe(hashOf({ acme }));
  });

  it("are none in a stack that names none", () => {
    const plain = renderedObjects(expectResolved(resolve({})));
    expect([...plain.keys()].filter((name) => name.endsWith("-files"))).toEqual([]);
  });
});

describe("tenants are an issue", () => {
  it("of a platform that has no place for them", () => {
    expect(issuesOf(resolve({ acme }, "")).map(({ path, value }) => [path, value])).toEqual([
      ["fleet:platforms.shop.tenants", ["acme"]],
    ]);
  });

  it("where two have one domain", () => {
    expect(issuesOf(resolve({ acme, globex: acme })).map(({ path, problem }) => [path, problem])).toEqual([
      ["fleet:platforms.shop.tenants.globex.domain", "acme has this domain too"],
    ]);
  });

  it("where a name cannot be a file's, a setting is no plain value, or a key is unknown", () => {
    const paths = issuesOf(resolve({ "A/B": {}, acme: { settings: { a: [1] }, plan: "gold" } })).map(
      ({ path }) => path,
    );
    expect(paths.sort()).toEqual([
      "fleet:platforms.shop.tenants.A/B",
      "fleet:platforms.shop.tenants.acme.plan",
      "fleet:platforms.shop.tenants.acme.settings.a",
    ]);
  });
});
