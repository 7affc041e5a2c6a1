import type { ResolvedService, ResolvedStack } from "../../model/resolve/resolved.ts";
import type { HealthCheck } from "./policy.ts";

/**
 * What to ask of a deployed stack: every service's health report, by its NodePort where it has one and by the API
 * server's proxy where it has not; a page where people look at one (seed 004, health check script).
 */
export function stackChecks(stack: ResolvedStack): readonly HealthCheck[] {
  return stack.platforms.flatMap(({ services }) => platformChecks(services));
}

/** What to ask of these services. */
export function platformChecks(services: readonly ResolvedService[]): readonly HealthCheck[] {
  return services.flatMap(serviceChecks);
}

function serviceChecks(service: ResolvedService): readonly HealthCheck[] {
  const report: HealthCheck = {
    platform: service.platform,
    service: service.title,
    ...address(service, service.specification.health.report),
    expect: { status: 200, contentType: "application/json" },
    // Somebody else's image answers for itself, not for what it leads to.
    dependencies: service.declaration.language === "thirdParty" ? [] : service.links.map((link) => link.name),
  };
  if (service.declaration.page === undefined) return [report];
  const page: HealthCheck = {
    platform: service.platform,
    service: `${service.title} page`,
    ...address(service, "/"),
    expect: { status: 200, contentType: "text/html" },
  };
  return [report, page];
}

function address(service: ResolvedService, path: string): Pick<HealthCheck, "kind" | "url"> {
  const { exposure, namespace, objectName, specification } = service;
  return exposure.kind === "nodePort"
    ? { kind: "nodePort", url: `http://localhost:${exposure.nodePort}${path}` }
    : {
        kind: "serviceProxy",
        url: `/api/v1/namespaces/${namespace}/services/${objectName}:${specification.port}/proxy${path}`,
      };
}
