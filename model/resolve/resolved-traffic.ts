import type { Labels, ResolvedService, SharedObjects } from "./resolved.ts";

interface GatewayBase {
  /** The name of the platform's own Gateway object, in the platform's namespace. */
  readonly objectName: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** The namespace of the pods that send requests on. */
  readonly controllerNamespace: string;
  /** What it listens on. */
  readonly port: number;
  /** Its port at each node; local clusters only. */
  readonly nodePort?: number;
  /** The Secret with its certificate; plain HTTP where it is left out. */
  readonly tlsSecret?: string;
}

/** A gateway of a class of Gateway API. */
export interface GatewayApiGateway extends GatewayBase {
  readonly kind: "gatewayApi";
  readonly className: string;
}

/** Istio's ingress gateway, and the sidecars of the services behind it. */
export interface IstioGateway extends GatewayBase {
  readonly kind: "istio";
  /** The labels of the ingress gateway's pods. */
  readonly selector: Labels;
  readonly controlPlaneNamespace: string;
}

/** What divides a platform's traffic. */
export type ResolvedGateway = GatewayApiGateway | IstioGateway;

/** A header or cookie by its name, with the value that it must have. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** A Service that a route sends requests to. */
export interface Backend {
  readonly namespace: string;
  readonly port: number;
}

/** How requests reach one service: from outside, and with Istio from other services too. */
export interface ResolvedRoute {
  readonly service: string;
  /** Of the route and of the Services behind it, each in its own namespace. */
  readonly objectName: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Host names from outside; none where it can be reached from inside only. */
  readonly hosts: readonly string[];
  readonly stable: Backend;
  readonly canary?: Backend & {
    /** Its share of the requests in percent. */
    readonly weight: number;
    /** The share of the stable side's requests in percent that it gets a copy of. */
    readonly mirror?: number;
  };
  /** Requests that reach the canary whatever its weight. */
  readonly testers: { readonly header?: NamedValue; readonly cookie?: NamedValue };
  readonly affinity?: { readonly cookie: string; readonly maxAgeSeconds: number };
}

/** One end inside the platform's namespace of what the canary adds: a datastore or service that it calls, or that calls it. */
export interface CanaryNeighbour {
  readonly name: string;
  readonly objectName: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly port: number;
  /** The canary's services that call it. */
  readonly callers: readonly { readonly name: string; readonly selector: Labels }[];
  /** The canary's services that its own calls may reach, by the mesh. */
  readonly targets: readonly { readonly name: string; readonly selector: Labels; readonly port: number }[];
}

/** The new revisions beside the stable ones. */
export interface ResolvedCanary {
  readonly weight: number;
  readonly shared: SharedObjects;
  readonly services: readonly ResolvedService[];
  readonly waves: readonly (readonly string[])[];
  /** What stands in the platform's namespace and talks with the canary. */
  readonly neighbours: readonly CanaryNeighbour[];
}

/** How a platform's releases go, and where its canaries run. */
export interface ResolvedRelease {
  /** The canary's weights in percent, growing, the last being 100. */
  readonly steps: readonly number[];
  /** The namespace of canaries. It stays while there is none: a namespace that is being deleted takes in nothing. */
  readonly namespace: string;
  readonly labels: Labels;
}
