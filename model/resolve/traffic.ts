import { boundedName } from "../name.ts";
import { platformPath, type PlatformContext } from "./context.ts";
import { objectLabels } from "./labels.ts";
import type { ResolvedService } from "./resolved.ts";
import type { ResolvedCanary, ResolvedGateway, ResolvedRelease, ResolvedRoute } from "./resolved-traffic.ts";

/** Seed 003, CANARY_PERCENTAGE, then half, then all. */
export const DEFAULT_STEPS: readonly number[] = [10, 50, 100];

/** The gateway of a platform that the stack routes to; undefined for others. */
export function resolveGateway(context: PlatformContext): ResolvedGateway | undefined {
  const { platform, settings, namespace, gateway } = context;
  const { route } = settings;
  if (!route) return undefined;
  if (!gateway) {
    context.report({
      path: platformPath(context, "route"),
      problem: "the stack has no gateway that could follow it",
      allowed: "a route in a stack with fleet:gateway",
      fix: "add fleet:gateway: { implementation: { kind: … }, controllerNamespace: … } to the stack file",
    });
    return undefined;
  }
  const { implementation, controllerNamespace, nodePort } = gateway;
  if (route.affinity && implementation.kind === "gatewayApi") {
    context.report({
      path: platformPath(context, "route", "affinity"),
      problem: "Gateway API's standard channel keeps no session on a side",
      allowed: "affinity with fleet:gateway.implementation of kind istio",
      fix: "remove it, or use Istio",
    });
  }
  const objectName = boundedName([platform.name, "gateway"]);
  const base = {
    objectName,
    namespace,
    labels: objectLabels(platform.name, objectName, "gateway", context.stack),
    controllerNamespace,
    port: gateway.port ?? (route.tlsSecret === undefined ? 80 : 443),
    ...(nodePort === undefined ? {} : { nodePort }),
    ...(route.tlsSecret === undefined ? {} : { tlsSecret: route.tlsSecret }),
  };
  if (implementation.kind === "gatewayApi") {
    return { ...base, kind: "gatewayApi", className: implementation.className };
  }
  return {
    ...base,
    kind: "istio",
    selector: implementation.selector ?? { istio: "ingressgateway" },
    controlPlaneNamespace: implementation.controlPlaneNamespace ?? "istio-system",
  };
}

/** How the platform's releases go, and where its canaries run. */
export function resolveRelease({ platform, settings, stack }: PlatformContext): ResolvedRelease {
  const namespace = boundedName([platform.name, "canary"]);
  return {
    steps: settings.release?.steps ?? DEFAULT_STEPS,
    namespace,
    labels: objectLabels(platform.name, namespace, "canary", stack),
  };
}

/** The gateway, if it sends requests to this service: those with a host name, with Istio those from inside too. */
export function gatewayOf(
  { declaration }: Pick<ResolvedService, "declaration">,
  gateway: ResolvedGateway | undefined,
): { readonly gateway?: ResolvedGateway } {
  if (!gateway) return {};
  return gateway.kind === "istio" || declaration.host !== undefined ? { gateway } : {};
}

/** A route to each service that the gateway sends requests to, parted between it and its canary. */
export function resolveRoutes(
  context: PlatformContext,
  services: readonly ResolvedService[],
  canary: ResolvedCanary | undefined,
): readonly ResolvedRoute[] {
  const { route } = context.settings;
  if (!route) return [];
  const routes = services
    .filter(({ gateway }) => gateway !== undefined)
    .map((service): ResolvedRoute => {
      const { host } = service.declaration;
      const { header, cookie } = route.testers ?? {};
      const other = canary?.services.find(({ name }) => name === service.name);
      return {
        service: service.name,
        objectName: service.objectName,
        namespace: service.namespace,
        labels: service.labels,
        hosts: host === undefined ? [] : [host === "" ? route.domain : `${host}.${route.domain}`],
        stable: backend(service),
        ...(canary && other ? { canary: { ...backend(other), ...share(context, canary) } } : {}),
        testers: { ...(header ? { header } : {}), ...(cookie ? { cookie } : {}) },
        ...(route.affinity ? { affinity: route.affinity } : {}),
      };
    });
  if (context.gateway && routes.length === 0) reportUnreachable(context);
  return routes;
}

function backend({ namespace, specification }: ResolvedService) {
  return { namespace, port: specification.port };
}

function share({ settings }: PlatformContext, { weight }: ResolvedCanary) {
  const mirror = settings.canary?.mirror;
  return { weight, ...(mirror === undefined ? {} : { mirror }) };
}

function reportUnreachable(context: PlatformContext): void {
  context.report({
    path: platformPath(context, "route"),
    problem: `no service of ${context.platform.name} that the stack deploys has a host name`,
    allowed: "a route to a platform with a service that declares `host`",
    fix: `declare it in services/${context.platform.name}/, or remove the route`,
  });
}
