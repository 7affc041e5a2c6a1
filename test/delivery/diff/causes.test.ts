import { expect, it } from "vitest";
import { causesBySubject, type Cause, type SourceChanges } from "../../../delivery/diff/causes.ts";
import type { ObjectChange } from "../../../delivery/diff/object-changes.ts";

const NONE: SourceChanges = { declarations: [], settings: [], files: [] };
const EDGES = [{ from: "shop/front", to: "shop/cart", required: false }];

const changed = (owner: string, after: object = { kind: "Deployment" }): ObjectChange => ({
  path: `shop/Deployment-${owner}.yaml`,
  change: "changed",
  platform: "shop",
  owner,
  before: {},
  after: { ...after },
  fields: [],
});

function causesOf(owner: string, sources: Partial<SourceChanges>, objects = [changed(owner)]): readonly Cause[] {
  const all = { ...NONE, ...sources };
  const causes = causesBySubject(objects, { stack: "prod", sources: all, edges: EDGES, imageFiles: new Map() });
  return causes.get(`shop/${owner}`) ?? [];
}

const setting = (name: string, stack = "prod") => ({
  stack,
  file: `Pulumi.${stack}.yaml`,
  setting: name,
  line: 7,
  removed: false,
});

const declaration = (owner: string | undefined, property: string) => ({
  file: "services/shop/x.ts",
  line: 3,
  platform: "shop",
  ...(owner === undefined ? {} : { owner }),
  property,
  removed: false,
});

it("a setting of its own is the cause, in its own stack only", () => {
  const settings = [
    setting("fleet:platforms.shop.services.cart.replicas"),
    setting("fleet:platforms.shop.services.front.replicas"),
    setting("fleet:platforms.shop.services.cart.replicas", "dev"),
  ];
  expect(causesOf("cart", { settings })).toEqual([
    {
      kind: "setting",
      file: "Pulumi.prod.yaml",
      line: 7,
      what: "fleet:platforms.shop.services.cart.replicas",
      removed: false,
    },
  ]);
});

it.each(["fleet:platforms.shop.defaults.replicas", "fleet:platforms.shop.namespace", "fleet:images.registry"])(
  "%s concerns every service",
  (name) => {
    expect(causesOf("cart", { settings: [setting(name)] })).toMatchObject([{ kind: "setting", what: name }]);
  },
);

it("the defaults of a platform concern all its services, its list of services none", () => {
  const declarations = [declaration(undefined, "defaults"), declaration(undefined, "services")];
  expect(causesOf("cart", { declarations })).toMatchObject([{ kind: "declaration", what: "defaults" }]);
});

it("a secret is the cause where an object holds its fingerprint", () => {
  const settings = [setting("fleet:secrets.shop.API_KEY")];
  const reader = changed("cart", { kind: "Secret", stringData: { API_KEY: "<secret shop.API_KEY: configured, 1>" } });
  expect(causesOf("cart", { settings }, [reader])).toHaveLength(1);
  expect(causesOf("cart", { settings, files: [] })).toEqual([]);
});

it("what has no cause of its own follows its neighbour, in either direction of the link", () => {
  const declarations = [declaration("cart", "port")];
  expect(causesOf("front", { declarations }, [changed("front"), changed("cart")])).toEqual([
    { kind: "follows", subject: "shop/cart" },
  ]);
  const others = [declaration("front", "port")];
  expect(causesOf("cart", { declarations: others }, [changed("front"), changed("cart")])).toEqual([
    { kind: "follows", subject: "shop/front" },
  ]);
});

it("what nothing else explains comes from the code that renders", () => {
  expect(causesOf("cart", { files: ["README.md", "model/render/pod.ts", "test/x.ts"] })).toEqual([
    { kind: "file", file: "model/render/pod.ts" },
  ]);
});
