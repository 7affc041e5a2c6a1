import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { NamedValue } from "../resolve/resolved-traffic.ts";
import type { GatewayApiGateway, ResolvedRelease, ResolvedRoute } from "../resolve/resolved-traffic.ts";
import { cookiePattern } from "./cookie.ts";

// As much of Gateway API's standard channel as a stack writes. Source: Gateway API v1.3, API specification.

/** Listens for requests; a class of Gateway API implements it. */
export interface Gateway {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "Gateway";
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly {
      readonly name: string;
      readonly port: number;
      readonly protocol: "HTTP" | "HTTPS";
      readonly tls?: { readonly mode: "Terminate"; readonly certificateRefs: readonly { readonly name: string }[] };
      readonly allowedRoutes: { readonly namespaces: { readonly from: "Same" } };
    }[];
  };
}

interface ServiceReference {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
}

type HeaderMatch = NamedValue & { readonly type: "Exact" | "RegularExpression" };

interface HttpRouteRule {
  readonly matches: readonly {
    readonly path: { readonly type: "PathPrefix"; readonly value: "/" };
    readonly headers?: readonly HeaderMatch[];
  }[];
  readonly filters?: readonly {
    readonly type: "RequestMirror";
    readonly requestMirror: { readonly backendRef: ServiceReference; readonly percent?: number };
  }[];
  readonly backendRefs: readonly (ServiceReference & { readonly weight: number })[];
}

/** Sends the requests of some host names to Services, by weight. */
export interface HttpRoute {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "HTTPRoute";
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly parentRefs: readonly { readonly name: string }[];
    readonly hostnames: readonly string[];
    readonly rules: readonly HttpRouteRule[];
  };
}

/** Lets routes of one namespace send requests to the Services of another. */
export interface ReferenceGrant {
  readonly apiVersion: "gateway.networking.k8s.io/v1beta1";
  readonly kind: "ReferenceGrant";
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: "HTTPRoute"; readonly namespace: string }[];
    readonly to: readonly { readonly group: ""; readonly kind: "Service" }[];
  };
}

/** Renders the platform's Gateway. Only routes of its own namespace may use it. */
export function renderGatewayApiGateway(gateway: GatewayApiGateway): Gateway {
  const { objectName: name, namespace, labels, tlsSecret, port } = gateway;
  const allowedRoutes = { namespaces: { from: "Same" } } as const;
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name, namespace, labels: { ...labels } },
    spec: {
      gatewayClassName: gateway.className,
      listeners: [
        tlsSecret === undefined
          ? { name: "http", port, protocol: "HTTP", allowedRoutes }
          : {
              name: "https",
              port,
              protocol: "HTTPS",
              tls: { mode: "Terminate", certificateRefs: [{ name: tlsSecret }] },
              allowedRoutes,
            },
      ],
    },
  };
}

/** Renders a route: testers to the canary, everybody else by weight. */
export function renderHttpRoute(route: ResolvedRoute, gateway: GatewayApiGateway): HttpRoute {
  const { objectName: name, namespace, labels, hosts, canary } = route;
  const service = (backend: { readonly namespace: string; readonly port: number }): ServiceReference => ({
    name,
    namespace: backend.namespace,
    port: backend.port,
  });
  const everybody: HttpRouteRule = {
    matches: [{ path: ANY_PATH }],
    ...(canary?.mirror === undefined
      ? {}
      : {
          filters: [
            {
              type: "RequestMirror",
              requestMirror: {
                backendRef: service(canary),
                ...(canary.mirror === 100 ? {} : { percent: canary.mirror }),
              },
            },
          ],
        }),
    backendRefs: [
      { ...service(route.stable), weight: 100 - (canary?.weight ?? 0) },
      ...(canary ? [{ ...service(canary), weight: canary.weight }] : []),
    ],
  };
  const testers = testerMatches(route);
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name, namespace, labels: { ...labels } },
    spec: {
      parentRefs: [{ name: gateway.objectName }],
      hostnames: hosts,
      rules: [
        ...(canary && testers.length > 0
          ? [
              {
                matches: testers.map((header) => ({ path: ANY_PATH, headers: [header] })),
                backendRefs: [{ ...service(canary), weight: 100 }],
              },
            ]
          : []),
        everybody,
      ],
    },
  };
}

const ANY_PATH = { type: "PathPrefix", value: "/" } as const;

function testerMatches({ testers: { header, cookie } }: ResolvedRoute): readonly HeaderMatch[] {
  return [
    ...(header ? [{ type: "Exact" as const, ...header }] : []),
    ...(cookie ? [{ type: "RegularExpression" as const, name: "Cookie", value: cookiePattern(cookie) }] : []),
  ];
}

/** Renders what lets the platform's routes reach its canary. */
export function renderReferenceGrant(release: ResolvedRelease, from: string): ReferenceGrant {
  return {
    apiVersion: "gateway.networking.k8s.io/v1beta1",
    kind: "ReferenceGrant",
    metadata: { name: "routes", namespace: release.namespace, labels: { ...release.labels } },
    spec: {
      from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: from }],
      to: [{ group: "", kind: "Service" }],
    },
  };
}
