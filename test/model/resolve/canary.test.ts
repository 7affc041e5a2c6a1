import { describe, expect, it } from "vitest";
import type { ResolvedPlatform } from "../../../model/resolve/resolved.ts";
import { expectResolved, onlyPlatform } from "../stack-fixtures.ts";
import { resolveRouted, routedIssues, type Implementation } from "../traffic-fixtures.ts";

const ROUTE = "route: { domain: shop.test }";

function platformOf(settings: string, implementation: Implementation = "gatewayApi"): ResolvedPlatform {
  return onlyPlatform(expectResolved(resolveRouted(implementation, `{ ${ROUTE}, ${settings} }`)));
}

describe("a canary", () => {
  it("runs the services that it names in a namespace of its own, with what differs", () => {
    const { canary, release } = platformOf("canary: { services: { cart: { version: 2.0.0, replicas: 3 } } }");
    expect(release?.namespace).toBe("shop-canary");
    expect(canary?.services.map(({ name, namespace, version }) => [name, namespace, version])).toEqual([
      ["cart", "shop-canary", "2.0.0"],
    ]);
    expect(canary?.services[0]?.specification.replicas).toBe(3);
  });

  it("leaves the stable services as they are", () => {
    const withCanary = platformOf("canary: { services: { cart: { version: 2.0.0 } } }");
    expect(withCanary.services).toEqual(platformOf("").services);
  });

  it("lays what it says over what the stack says of the stable service", () => {
    const { canary } = platformOf(
      "services: { cart: { environment: { A: one, B: two } } }, canary: { services: { cart: { environment: { B: new } } } }",
    );
    expect(canary?.services[0]?.specification.environment).toEqual({ A: "one", B: "new" });
  });

  it("links to its own services where it has them, to stable ones where not, and to the stable datastores", () => {
    const alone = platformOf("canary: { services: { cart: {} } }").canary?.services[0]?.links;
    expect(alone?.map(({ url }) => url)).toEqual([
      "http://shop-stock.shop.svc.cluster.local:8001",
      expect.stringContaining("@shop-db.shop.svc.cluster.local:5432/shop"),
    ]);
    const together = platformOf("canary: { services: { cart: {}, stock: {} } }").canary;
    expect(together?.services.find(({ name }) => name === "cart")?.links[0]?.url).toBe(
      "http://shop-stock.shop-canary.svc.cluster.local:8001",
    );
  });

  it("gets the first step's share of the requests unless it says another", () => {
    expect(platformOf("canary: { services: { cart: {} } }").canary?.weight).toBe(10);
    expect(platformOf("release: { steps: [5, 100] }, canary: { services: { cart: {} } }").canary?.weight).toBe(5);
    expect(platformOf("canary: { weight: 0, services: { cart: {} } }").canary?.weight).toBe(0);
  });

  it("uses the stable image where it has no other, and one of its own where it has", () => {
    const digest = `sha256:${"1".repeat(64)}`;
    expect(platformOf("canary: { services: { cart: {} } }").canary?.services[0]?.image).toBe("reference-workload");
    const pinned = platformOf(
      `canary: { services: { cart: { image: { kind: pinned, repository: ghcr.io/shop/cart, digest: "${digest}" } } } }`,
    );
    expect(pinned.canary?.services[0]?.image).toBe("shop-canary/cart");
    expect(pinned.services.map(({ image }) => image)).toEqual(["reference-workload", "reference-workload"]);
  });

  it("is told apart in issues from what it lies over", () => {
    expect(
      routedIssues("gatewayApi", `{ ${ROUTE}, canary: { services: { cart: { resources: { cpu: { limit: 1m } } } } } }`),
    ).toEqual([
      "fleet:platforms.shop.canary.services.cart.resources.cpu: the request is above the limit, and the API server would refuse the pod",
    ]);
  });

  it("counts among those that connect to the databases", () => {
    const [issue] = routedIssues("gatewayApi", `{ ${ROUTE}, canary: { services: { cart: { replicas: 20 } } } }`);
    expect(issue).toBe(
      "fleet:platforms.shop.datastores.db: the pools of its dependants may open 125 connections: stock 5 × 2, cart 5 × 23",
    );
  });
});

describe("a route", () => {
  it("has the stable services alone without a canary, and the hosts that services declare", () => {
    expect(platformOf("").routes).toEqual([
      {
        service: "cart",
        objectName: "shop-cart",
        namespace: "shop",
        labels: platformOf("").services.find(({ name }) => name === "cart")?.labels,
        hosts: ["shop.test"],
        stable: { namespace: "shop", port: 8002 },
        testers: {},
      },
    ]);
  });

  it("parts the requests between both sides", () => {
    const [route] = platformOf("canary: { weight: 25, services: { cart: { port: 9002 } } }").routes;
    expect(route?.canary).toEqual({ namespace: "shop-canary", port: 9002, weight: 25 });
  });

  it("is there for every service with Istio, which parts the requests of services too", () => {
    const { routes } = platformOf("", "istio");
    expect(routes.map(({ service, hosts }) => [service, hosts])).toEqual([
      ["stock", []],
      ["cart", ["shop.test"]],
    ]);
  });

  it("keeps the steps of the platform's releases", () => {
    expect(platformOf("").release?.steps).toEqual([10, 50, 100]);
    expect(platformOf("release: { steps: [1, 20, 100] }").release?.steps).toEqual([1, 20, 100]);
  });
});

describe("what cannot be", () => {
  it.each([
    ["a canary without a route", "{ canary: { services: { cart: {} } } }", /canary: nothing divides the requests/],
    ["no service in it", `{ ${ROUTE}, canary: { services: {} } }`, /canary\.services: a canary without a service/],
    ["an unknown service", `{ ${ROUTE}, canary: { services: { till: {} } } }`, /services\.till: there is no stable/],
    [
      "a disabled service",
      `{ ${ROUTE}, services: { cart: { enabled: false } }, canary: { services: { cart: {} } } }`,
      /services\.cart: there is no stable service/,
    ],
    ["steps that shrink", `{ ${ROUTE}, release: { steps: [50, 10, 100] } }`, /release\.steps: not acceptable/],
    ["steps that end early", `{ ${ROUTE}, release: { steps: [10, 50] } }`, /release\.steps: not acceptable/],
    ["no host to route to", `{ ${ROUTE}, services: { cart: { enabled: false } } }`, /route: no service of shop/],
    [
      "affinity with Gateway API",
      "{ route: { domain: shop.test, affinity: { cookie: side, maxAgeSeconds: 60 } } }",
      /route\.affinity: Gateway API's standard channel keeps no session/,
    ],
    [
      "copies by a class that makes none",
      `{ ${ROUTE}, canary: { weight: 0, mirror: 50, services: { cart: {} } } }`,
      /mirror: the gateway's class traefik is not known to support HTTPRouteRequestPercentageMirror/,
    ],
  ])("is told: %s", (_, settings, expected) => {
    expect(routedIssues("gatewayApi", settings).join("\n")).toMatch(expected);
  });

  it("is told: copies for a canary that has a share already", () => {
    const settings = `{ ${ROUTE}, canary: { weight: 10, mirror: 50, services: { cart: {} } } }`;
    expect(routedIssues("istio", settings)).toEqual([
      "fleet:platforms.shop.canary.mirror: the canary has a share of the requests already, and would get copies of its own",
    ]);
  });

  it("is told: a service at the gateway's own NodePort", () => {
    const settings = `{ ${ROUTE}, expose: { kind: nodePort }, services: { cart: { nodePort: 30080 } } }`;
    expect(routedIssues("gatewayApi", settings, "controllerNamespace: edge, nodePort: 30080")).toEqual([
      "fleet:platforms.shop.services.cart.nodePort: NodePort 30080 is taken twice: the gateway and shop/cart",
    ]);
  });
});
