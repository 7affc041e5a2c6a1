import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseSettings, settingsPath, type ParsedSettings } from "../../../model/settings/parse.ts";

const read = (yaml: string): ParsedSettings =>
  parseSettings({ values: parse(yaml) as Readonly<Record<string, unknown>>, secrets: [] });
const images = "images: { registry: registry.test/fleet }";
const paths = ({ issues }: ParsedSettings) => issues.map((issue) => issue.path);

describe("the settings of a stack", () => {
  it("come back as they were written, with no default filled in", () => {
    const { settings, issues } = read(`
      ${images}
      platforms: { shop: { services: { cart: { replicas: 0, resources: { cpu: { limit: "2" } } } } } }`);
    expect(issues).toEqual([]);
    expect(settings).toEqual({
      images: { registry: "registry.test/fleet" },
      platforms: { shop: { services: { cart: { replicas: 0, resources: { cpu: { limit: "2" } } } } } },
    });
  });

  it("refuse an unknown key, and say how to remove it", () => {
    expect(read(`{ ${images}, platforms: { shop: { services: { cart: { replicsa: 2 } } } } }`).issues).toEqual([
      {
        path: "fleet:platforms.shop.services.cart.replicsa",
        problem: "unknown key",
        allowed: "a key that docs/configuration.md lists here",
        fix: "correct the spelling or remove it: pulumi config rm --path 'fleet:platforms.shop.services.cart.replicsa'",
      },
    ]);
  });

  it("tell each of several unknown keys in one place", () => {
    expect(paths(read(`{ ${images}, platforms: { shop: { one: 1, two: 2 } } }`))).toEqual([
      "fleet:platforms.shop.one",
      "fleet:platforms.shop.two",
    ]);
  });

  it("refuse a wrong type, and show what was given", () => {
    expect(read(`{ ${images}, platforms: { shop: { services: { cart: { port: http } } } } }`).issues).toEqual([
      {
        path: "fleet:platforms.shop.services.cart.port",
        problem: "not acceptable",
        value: "http",
        allowed: "a value of type number",
        fix: "pulumi config set --path 'fleet:platforms.shop.services.cart.port' VALUE",
      },
    ]);
  });

  it("say that what has to be there is missing", () => {
    expect(read("platforms: {}").issues).toEqual([
      {
        path: "fleet:images",
        problem: "missing",
        allowed: "a value of type object",
        fix: "pulumi config set --path 'fleet:images' VALUE",
      },
    ]);
  });

  it.each([
    ["services: { cart: { port: 0 } }", "at least 1"],
    ["services: { cart: { port: 65536 } }", "at most 65535"],
    ["services: { cart: { nodePort: 29999 } }", "at least 30000"],
    ["services: { cart: { nodePort: 32768 } }", "at most 32767"],
    ["services: { cart: { replicas: -1 } }", "at least 0"],
    ["services: { cart: { replicas: 1.5 } }", "a value of type int"],
    ["services: { cart: { enabled: maybe } }", "a value of type boolean"],
    ["services: { cart: { resources: { cpu: { limit: 1.5 } } } }", "a value of type string"],
    ["services: { cart: { resources: { cpu: { limit: '1.5' } } } }", "a CPU quantity such as 100m or 2"],
    [
      "services: { cart: { resources: { memory: { limit: 1GB } } } }",
      "a quantity in binary units such as 512Mi or 2Gi",
    ],
    ["services: { cart: { health: { report: health } } }", "an absolute path such as /health"],
    ["services: { cart: { image: { kind: pinned, repository: r.test/cart, digest: latest } } }", "sha256: and 64 hex"],
    ["services: { cart: { image: { kind: pinned, repository: 'r.test/c:1', digest: x } } }", "registry/path without"],
    ["services: { cart: { volumes: { data: { accessMode: Any } } } }", "one of ReadWriteOnce, ReadWriteMany"],
    [
      "services: { cart: { autoscaling: { minReplicas: 3, maxReplicas: 2, targetCpuPercent: 50 } } }",
      "minReplicas at most maxReplicas",
    ],
    ["services: { cart: { environment: { 'MY VAR': x } } }", "a variable name of letters, digits and _"],
    ["services: { cart: { volumes: { My_Data: { size: 1Gi } } } }", "a volume name of lower-case letters"],
    ["services: { cart: { volumes: { tmp: { size: 1Gi } } } }", "another name than tmp"],
    ["namespace: Shop_1", "lower-case letters, digits and -"],
    [`namespace: ${"n".repeat(64)}`, "at most 63 characters"],
    ["namespace: ''", "at least 1 characters"],
    ["expose: { kind: loadBalancer }", "'internal' | 'nodePort' | 'ingress'"],
    ["datastores: { db: { kind: external, host: h.test, port: 5432, addresses: [10.0.0.1] } }", "IPv4 range"],
    ["secrets: { KEY: { from: random, length: 8 } }", "at least 16"],
  ])("of a platform, %s is told to be allowed %s", (platform, allowed) => {
    const { issues } = read(`{ ${images}, platforms: { shop: { ${platform} } } }`);
    expect(issues.map((issue) => issue.allowed)).toContainEqual(expect.stringContaining(allowed));
  });

  it.each([
    ["a base image without a tag", "bases: { node: docker.io/library/node }"],
    ["an unknown base", "bases: { java: docker.io/library/java:21 }"],
    ["an empty network", "buildNetwork: ''"],
  ])("refuse %s", (_what, setting) => {
    expect(read(`{ images: { registry: registry.test/fleet, ${setting} }, platforms: {} }`).issues).toHaveLength(1);
  });

  it("let no text in that could be taken for a placeholder", () => {
    const mark = "\u{E000}secret:shop.KEY\u{E001}";
    const { issues } = parseSettings({
      secrets: [],
      values: {
        images: { registry: "registry.test/fleet" },
        platforms: {
          shop: {
            services: {
              cart: {
                version: mark,
                environment: { LEAK: mark },
                health: { report: `/${mark}` },
                volumes: { data: { mountPath: `/${mark}` } },
              },
            },
          },
        },
      },
    });
    expect(issues.map((issue) => issue.path).sort()).toEqual([
      "fleet:platforms.shop.services.cart.environment.LEAK",
      "fleet:platforms.shop.services.cart.health.report",
      "fleet:platforms.shop.services.cart.version",
      "fleet:platforms.shop.services.cart.volumes.data.mountPath",
    ]);
  });
});

describe("settings with mistakes in them", () => {
  it("tell all of them at once", () => {
    const parsed = read(`
      images: { registry: 5, bases: { java: x } }
      cluster: { contxt: prod }
      platforms: { shop: { namespace: SHOP, services: { cart: { port: x, replicas: -1 } } }, stall: 7 }`);
    expect(paths(parsed).sort()).toEqual([
      "fleet:cluster.contxt",
      "fleet:images.bases.java",
      "fleet:images.registry",
      "fleet:platforms.shop.namespace",
      "fleet:platforms.shop.services.cart.port",
      "fleet:platforms.shop.services.cart.replicas",
      "fleet:platforms.stall",
    ]);
  });

  it("leave the rest readable, for later checks to report theirs too", () => {
    const { settings } = read(`
      ${images}
      platforms:
        shop:
          expose: { kind: nodePort }
          services: { cart: { port: x, nodePort: 30001, enabled: false }, till: { nodePort: 30001 } }`);
    expect(settings?.platforms).toEqual({
      shop: {
        expose: { kind: "nodePort" },
        services: { cart: { nodePort: 30001, enabled: false }, till: { nodePort: 30001 } },
      },
    });
  });

  it("lose no more than the union that cannot be read, however much is wrong with it", () => {
    const { settings, issues } = read(`
      ${images}
      platforms: { shop: { services: { cart: { enabled: false, image: { kind: pinned, digest: x } } } } }`);
    expect(issues.map((issue) => [issue.path, issue.problem])).toEqual([
      ["fleet:platforms.shop.services.cart.image.repository", "missing"],
      ["fleet:platforms.shop.services.cart.image.digest", "not acceptable"],
    ]);
    expect(settings?.platforms["shop"]?.services).toEqual({ cart: { enabled: false } });
  });

  it("keep the good entries of a list with bad ones", () => {
    const { settings } = read(`
      ${images}
      platforms:
        shop: { datastores: { db: { kind: external, host: h, port: 1, addresses: [x, y, 10.0.0.0/8, z, 10.1.0.0/16] } } }`);
    expect(settings?.platforms["shop"]?.datastores?.["db"]).toMatchObject({ addresses: ["10.0.0.0/8", "10.1.0.0/16"] });
  });

  it.each([
    "platforms: { shop: { namespace: s } }",
    "{ images: { registry: 5 }, platforms: { shop: { namespace: s } } }",
  ])("keep the platforms when the images section is of no use: %s", (yaml) => {
    expect(read(yaml).settings?.platforms).toEqual({ shop: { namespace: "s" } });
  });

  it("are read even when nothing in them can be used", () => {
    const { settings, issues } = read("{ images: 1, platforms: [], cluster: x }");
    expect(settings?.platforms).toEqual({});
    expect(issues).toHaveLength(3);
  });
});

it("a property path is written as Pulumi writes it", () => {
  expect(settingsPath(["platforms", "shop", "services", "cart", "port"])).toBe(
    "fleet:platforms.shop.services.cart.port",
  );
});
