import { describe, expect, it } from "vitest";
import { schemaFindings } from "../../../policy/object-schema.ts";
import { routedObjects, type Implementation } from "../traffic-fixtures.ts";

const TESTERS = "testers: { header: { name: X-Tester, value: always }, cookie: { name: tester, value: always } }";
const CANARY = "canary: { weight: 10, services: { cart: {}, stock: {} } }";

function specOf(implementation: Implementation, path: string, settings?: string, gateway?: string): unknown {
  return routedObjects(implementation, settings, gateway).get(path)?.["spec"];
}

describe("Gateway API", () => {
  it("listens for the platform's own routes, with TLS where there is a certificate", () => {
    expect(specOf("gatewayApi", "shop/Gateway-shop-gateway", "", "controllerNamespace: edge, port: 8000")).toEqual({
      gatewayClassName: "traefik",
      listeners: [{ name: "http", port: 8000, protocol: "HTTP", allowedRoutes: { namespaces: { from: "Same" } } }],
    });
    expect(
      specOf(
        "gatewayApi",
        "shop/Gateway-shop-gateway",
        "{ route: { domain: shop.test, tlsSecret: cert } }",
        "controllerNamespace: edge",
      ),
    ).toMatchObject({
      listeners: [
        {
          name: "https",
          port: 443,
          protocol: "HTTPS",
          tls: { mode: "Terminate", certificateRefs: [{ name: "cert" }] },
        },
      ],
    });
  });

  it("sends everything to the stable service while there is no canary", () => {
    expect(specOf("gatewayApi", "shop/HTTPRoute-shop-cart")).toEqual({
      parentRefs: [{ name: "shop-gateway" }],
      hostnames: ["shop.test"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [{ name: "shop-cart", namespace: "shop", port: 8002, weight: 100 }],
        },
      ],
    });
  });

  it("parts the requests by weight, testers excepted", () => {
    const settings = `{ route: { domain: shop.test, ${TESTERS} }, ${CANARY} }`;
    const path = { type: "PathPrefix", value: "/" };
    const canary = { name: "shop-cart", namespace: "shop-canary", port: 8002 };
    expect(specOf("gatewayApi", "shop/HTTPRoute-shop-cart", settings)).toMatchObject({
      rules: [
        {
          matches: [
            { path, headers: [{ type: "Exact", name: "X-Tester", value: "always" }] },
            {
              path,
              headers: [{ type: "RegularExpression", name: "Cookie", value: "^(.*;\\s*)?tester=always(;.*)?$" }],
            },
          ],
          backendRefs: [{ ...canary, weight: 100 }],
        },
        {
          matches: [{ path }],
          backendRefs: [
            { name: "shop-cart", namespace: "shop", port: 8002, weight: 90 },
            { ...canary, weight: 10 },
          ],
        },
      ],
    });
  });

  it("lets routes reach the canary's namespace, which stays when the canary goes", () => {
    expect([...routedObjects("gatewayApi").keys()].filter((path) => path.startsWith("shop-canary/"))).toEqual([
      "shop-canary/Namespace-shop-canary",
      "shop-canary/NetworkPolicy-default-deny",
      "shop-canary/ReferenceGrant-routes",
    ]);
    expect(specOf("gatewayApi", "shop-canary/ReferenceGrant-routes")).toEqual({
      from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "shop" }],
      to: [{ group: "", kind: "Service" }],
    });
  });

  it("copies requests to a canary without a share", () => {
    const objects = routedObjects(
      "gatewayApiWithMirrors",
      "{ route: { domain: shop.test }, canary: { weight: 0, mirror: 20, services: { cart: {} } } }",
    );
    expect(objects.get("shop/HTTPRoute-shop-cart")?.["spec"]).toMatchObject({
      rules: [
        {
          filters: [
            {
              type: "RequestMirror",
              requestMirror: { backendRef: { name: "shop-cart", namespace: "shop-canary", port: 8002 }, percent: 20 },
            },
          ],
          backendRefs: [{ weight: 100 }, { weight: 0 }],
        },
      ],
    });
  });
});

describe("Istio", () => {
  it("parts the requests as seed 003 does, those of other services too", () => {
    const settings = `{ route: { domain: shop.test }, ${CANARY} }`;
    const route = (namespace: string, weight: number) => ({
      destination: { host: `shop-stock.${namespace}.svc.cluster.local`, port: { number: 8001 } },
      weight,
    });
    expect(specOf("istio", "shop/VirtualService-shop-stock", settings)).toEqual({
      hosts: ["shop-stock.shop.svc.cluster.local"],
      gateways: ["mesh"],
      http: [{ route: [route("shop", 90), route("shop-canary", 10)] }],
    });
    expect(specOf("istio", "shop/VirtualService-shop-stock")).toMatchObject({
      http: [{ route: [route("shop", 100)] }],
    });
  });

  it("takes requests from outside for the hosts that services declare", () => {
    expect(specOf("istio", "shop/Gateway-shop-gateway")).toEqual({
      selector: { istio: "ingressgateway" },
      servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["shop.test"] }],
    });
    expect(specOf("istio", "shop/VirtualService-shop-cart")).toMatchObject({
      hosts: ["shop-cart.shop.svc.cluster.local", "shop.test"],
      gateways: ["mesh", "shop-gateway"],
    });
  });

  it("keeps a browser on its side: on the canary until it is gone, on the stable one until the weight changes", () => {
    const affinity = "affinity: { cookie: side, maxAgeSeconds: 60 }";
    const settings = `{ route: { domain: shop.test, tlsSecret: cert, ${affinity} }, ${CANARY} }`;
    const cookie = (value: string) => ({
      headers: { response: { add: { "Set-Cookie": `side=${value}; ${ATTRIBUTES}` } } },
    });
    const ATTRIBUTES = "Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure";
    expect(specOf("istio", "shop/VirtualService-shop-cart", settings)).toMatchObject({
      http: [
        { match: [{ headers: { cookie: { regex: "^(.*;\\s*)?side=canary(;.*)?$" } } }], route: [{ weight: 100 }] },
        { match: [{ headers: { cookie: { regex: "^(.*;\\s*)?side=stable-10(;.*)?$" } } }], route: [{ weight: 100 }] },
        {
          route: [
            { weight: 90, ...cookie("stable-10") },
            { weight: 10, ...cookie("canary") },
          ],
        },
      ],
    });
  });

  it("talks mutual TLS to both sides", () => {
    const objects = routedObjects("istio", `{ route: { domain: shop.test }, ${CANARY} }`);
    expect(objects.get("shop-canary/DestinationRule-shop-cart")?.["spec"]).toMatchObject({
      host: "shop-cart.shop-canary.svc.cluster.local",
      trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } },
    });
    expect(objects.get("shop/DestinationRule-shop-cart")?.["spec"]).toMatchObject({
      host: "shop-cart.shop.svc.cluster.local",
    });
  });
});

const podsOf = (name: string, namespace?: string) => ({
  ...(namespace === undefined
    ? {}
    : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }),
  podSelector: { matchLabels: { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop" } },
});
const tcp = (port: number) => [{ protocol: "TCP", port }];
const fromEdge = {
  from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "edge" } } }],
  ports: tcp(8002),
};

describe("network policies around a canary", () => {
  const settings = "{ route: { domain: shop.test }, canary: { services: { cart: {} } } }";

  it("let the gateway reach both sides of what it routes to, and nothing else", () => {
    const objects = routedObjects("gatewayApi", settings);
    for (const path of ["shop/NetworkPolicy-shop-cart", "shop-canary/NetworkPolicy-shop-cart"]) {
      expect(objects.get(path)?.["spec"]).toMatchObject({ ingress: [fromEdge] });
    }
    expect(JSON.stringify(objects.get("shop/NetworkPolicy-shop-stock"))).not.toContain("edge");
  });

  it("let the canary reach what it links to, by policies that come and go with it", () => {
    const objects = routedObjects("gatewayApi", settings);
    expect(objects.get("shop-canary/NetworkPolicy-shop-cart")?.["spec"]).toMatchObject({
      egress: [
        { ports: expect.anything() as unknown },
        { to: [podsOf("shop-stock", "shop")], ports: tcp(8001) },
        { to: [podsOf("shop-db", "shop")], ports: tcp(5432) },
      ],
    });
    for (const [name, port] of [
      ["shop-db", 5432],
      ["shop-stock", 8001],
    ] as const) {
      expect(objects.get(`shop/NetworkPolicy-${name}-canary`)?.["spec"]).toEqual({
        ...podsOf(name),
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [podsOf("shop-cart", "shop-canary")], ports: tcp(port) }],
        egress: [],
      });
    }
    const before = routedObjects("gatewayApi");
    for (const path of before.keys()) {
      if (!path.includes("HTTPRoute")) expect(objects.get(path)).toEqual(before.get(path));
    }
  });

  it("let stable callers reach the canary where a mesh divides their requests", () => {
    const objects = routedObjects("istio", `{ route: { domain: shop.test }, ${CANARY} }`);
    expect(objects.get("shop/NetworkPolicy-shop-cart-canary")?.["spec"]).toMatchObject({
      egress: [{ to: [podsOf("shop-stock", "shop-canary")], ports: tcp(8001) }],
    });
    expect(objects.get("shop-canary/NetworkPolicy-shop-stock")?.["spec"]).toMatchObject({
      ingress: [{ from: [podsOf("shop-cart"), podsOf("shop-cart", "shop")], ports: tcp(8001) }],
    });
  });
});

describe("every object of a routed stack", () => {
  it.each([
    ["gatewayApi", ""],
    ["gatewayApi", `{ route: { domain: shop.test, tlsSecret: cert, ${TESTERS} }, ${CANARY} }`],
    ["istio", ""],
    [
      "istio",
      `{ route: { domain: shop.test, tlsSecret: cert, ${TESTERS}, affinity: { cookie: side, maxAgeSeconds: 60 } }, ${CANARY} }`,
    ],
    ["istio", "{ route: { domain: shop.test }, canary: { weight: 0, mirror: 20, services: { cart: {} } } }"],
  ] as const)("has the form that its API server asks for: %s %s", (implementation, settings) => {
    const objects = [...routedObjects(implementation, settings)];
    expect(
      objects.flatMap(([path, object]) => schemaFindings(object).map((finding) => ({ at: path, finding }))),
    ).toEqual([]);
  });
});
