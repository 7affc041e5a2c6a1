import type { ResolvedPlatform } from "../resolve/resolved.ts";
import type { ResolvedGateway, ResolvedRoute } from "../resolve/resolved-traffic.ts";
import { renderGatewayApiGateway, renderHttpRoute, type Gateway, type HttpRoute } from "./gateway-api.ts";
import {
  renderDestinationRule,
  renderIngressGateway,
  renderVirtualService,
  type DestinationRule,
  type IngressGateway,
  type VirtualService,
} from "./istio.ts";

/** What a platform listens with. */
export interface GatewayObjects {
  readonly gateway: Gateway | IngressGateway;
}

/** What parts the requests to one service, by either implementation. */
export interface RouteObjects {
  readonly httpRoute?: HttpRoute;
  readonly virtualService?: VirtualService;
  readonly stableDestination?: DestinationRule;
  readonly canaryDestination?: DestinationRule;
}

/** Renders the platform's way in. */
export function renderGateway(gateway: ResolvedGateway, { routes }: Pick<ResolvedPlatform, "routes">): GatewayObjects {
  return {
    gateway: gateway.kind === "gatewayApi" ? renderGatewayApiGateway(gateway) : renderIngressGateway(gateway, routes),
  };
}

/** Renders the route to one service. */
export function renderRoute(route: ResolvedRoute, gateway: ResolvedGateway): RouteObjects {
  if (gateway.kind === "gatewayApi") return { httpRoute: renderHttpRoute(route, gateway) };
  return {
    stableDestination: renderDestinationRule(route, route.stable),
    ...(route.canary ? { canaryDestination: renderDestinationRule(route, route.canary) } : {}),
    virtualService: renderVirtualService(route, gateway),
  };
}
