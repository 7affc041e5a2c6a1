import type { ObjectMeta } from "kubernetes-types/meta/v1";
import { clusterHost } from "../resolve/context.ts";
import type { Backend, IstioGateway, NamedValue, ResolvedRoute } from "../resolve/resolved-traffic.ts";
import { cookiePattern } from "./cookie.ts";

// As much of Istio's traffic management as a stack writes, in the version that seed 003 names. Source: Istio, reference
// of Gateway, VirtualService and DestinationRule.

/** What the ingress gateway's pods listen for. */
export interface IngressGateway {
  readonly apiVersion: "networking.istio.io/v1beta1";
  readonly kind: "Gateway";
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly servers: readonly {
      readonly port: { readonly number: number; readonly name: string; readonly protocol: "HTTP" | "HTTPS" };
      readonly hosts: readonly string[];
      readonly tls?: { readonly mode: "SIMPLE"; readonly credentialName: string };
    }[];
  };
}

interface Destination {
  readonly host: string;
  readonly port: { readonly number: number };
}

type StringMatch = { readonly exact: string } | { readonly regex: string };

interface VirtualServiceRule {
  readonly match?: readonly { readonly headers: Readonly<Record<string, StringMatch>> }[];
  readonly route: readonly {
    readonly destination: Destination;
    readonly weight: number;
    readonly headers?: { readonly response: { readonly add: Readonly<Record<string, string>> } };
  }[];
  readonly mirror?: Destination;
  readonly mirrorPercentage?: { readonly value: number };
}

/** Sends the requests of some host names to Services, by weight (seed 003). */
export interface VirtualService {
  readonly apiVersion: "networking.istio.io/v1beta1";
  readonly kind: "VirtualService";
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly hosts: readonly string[];
    readonly gateways: readonly string[];
    readonly http: readonly VirtualServiceRule[];
  };
}

/** How sidecars and the gateway talk to the pods of one Service. */
export interface DestinationRule {
  readonly apiVersion: "networking.istio.io/v1beta1";
  readonly kind: "DestinationRule";
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly host: string;
    readonly trafficPolicy: {
      readonly loadBalancer: { readonly simple: "LEAST_REQUEST" };
      readonly tls: { readonly mode: "ISTIO_MUTUAL" };
    };
  };
}

const API_VERSION = "networking.istio.io/v1beta1";

/** Renders what the ingress gateway serves of the platform. */
export function renderIngressGateway(gateway: IstioGateway, routes: readonly ResolvedRoute[]): IngressGateway {
  const { objectName: name, namespace, labels, selector, port: number, tlsSecret } = gateway;
  const hosts = routes.flatMap((route) => route.hosts);
  return {
    apiVersion: API_VERSION,
    kind: "Gateway",
    metadata: { name, namespace, labels: { ...labels } },
    spec: {
      selector,
      servers: [
        tlsSecret === undefined
          ? { port: { number, name: "http", protocol: "HTTP" }, hosts }
          : {
              port: { number, name: "https", protocol: "HTTPS" },
              hosts,
              tls: { mode: "SIMPLE", credentialName: tlsSecret },
            },
      ],
    },
  };
}

/** Renders a route, for requests through the gateway and for those of other services. */
export function renderVirtualService(route: ResolvedRoute, gateway: IstioGateway): VirtualService {
  const { objectName: name, namespace, labels, hosts } = route;
  return {
    apiVersion: API_VERSION,
    kind: "VirtualService",
    metadata: { name, namespace, labels: { ...labels } },
    spec: {
      hosts: [clusterHost(name, namespace), ...hosts],
      gateways: ["mesh", ...(hosts.length > 0 ? [gateway.objectName] : [])],
      http: rulesOf(route, gateway.tlsSecret !== undefined),
    },
  };
}

function rulesOf(route: ResolvedRoute, tls: boolean): readonly VirtualServiceRule[] {
  const { objectName, stable, canary, testers, affinity } = route;
  const destination = ({ namespace, port }: Backend): Destination => ({
    host: clusterHost(objectName, namespace),
    port: { number: port },
  });
  const all = (backend: Backend) => [{ destination: destination(backend), weight: 100 }];
  if (!canary) return [{ route: all(stable) }];
  const { weight, mirror } = canary;
  const parted = weight > 0 && weight < 100;
  // A stable session lasts for one weight only: with the next, its browser is drawn anew.
  const sides = affinity && parted ? { canary: "canary", stable: `stable-${weight}` } : undefined;
  const remember = (side: "canary" | "stable") =>
    affinity && sides
      ? { headers: { response: { add: { "Set-Cookie": setCookie(affinity, sides[side], tls) } } } }
      : {};
  const remembered = (side: "canary" | "stable", backend: Backend): VirtualServiceRule[] =>
    affinity && sides
      ? [{ match: [cookieMatch({ name: affinity.cookie, value: sides[side] })], route: all(backend) }]
      : [];
  const matches = [
    ...(testers.header ? [{ headers: { [testers.header.name.toLowerCase()]: { exact: testers.header.value } } }] : []),
    ...(testers.cookie ? [cookieMatch(testers.cookie)] : []),
  ];
  return [
    ...(matches.length > 0 ? [{ match: matches, route: all(canary) }] : []),
    ...remembered("canary", canary),
    ...remembered("stable", stable),
    {
      route: [
        { destination: destination(stable), weight: 100 - weight, ...remember("stable") },
        { destination: destination(canary), weight, ...remember("canary") },
      ],
      ...(mirror === undefined ? {} : { mirror: destination(canary), mirrorPercentage: { value: mirror } }),
    },
  ];
}

function cookieMatch(cookie: NamedValue) {
  return { headers: { cookie: { regex: cookiePattern(cookie) } } };
}

function setCookie(
  { cookie, maxAgeSeconds }: NonNullable<ResolvedRoute["affinity"]>,
  side: string,
  tls: boolean,
): string {
  const secure = tls ? "; Secure" : "";
  return `${cookie}=${side}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/** Renders how one side's pods are talked to. */
export function renderDestinationRule({ objectName: name, labels }: ResolvedRoute, side: Backend): DestinationRule {
  return {
    apiVersion: API_VERSION,
    kind: "DestinationRule",
    metadata: { name, namespace: side.namespace, labels: { ...labels } },
    spec: {
      host: clusterHost(name, side.namespace),
      trafficPolicy: { loadBalancer: { simple: "LEAST_REQUEST" }, tls: { mode: "ISTIO_MUTUAL" } },
    },
  };
}
