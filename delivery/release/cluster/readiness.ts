import type { Deployment, Pod } from "../../watch/kubernetes-objects.ts";
import type { HealthReport, ServiceHealth } from "../../health/report.ts";
import type { CheckResult } from "../activity.ts";

/** What the platform's own namespace holds when it is to be ready. */
export interface Standing {
  readonly health: HealthReport;
  readonly deployments: readonly Deployment[];
  readonly pods: readonly Pod[];
  /** Whether the gateway has taken each of the platform's routes; undefined where it has no gateway. */
  readonly routes?: readonly RouteStatus[];
}

/** One route, as the gateway says of it. */
export interface RouteStatus {
  readonly name: string;
  readonly accepted: boolean;
  readonly detail: string;
}

/**
 * Seed 003, stage 7, "Validation Areas", from what was seen: service health, Kubernetes resources, connectivity, databases,
 * resource use, and the gateway in the service mesh's place. A health report of every service is a check of its own.
 */
export function readinessChecks({ health, deployments, pods, routes }: Standing): readonly CheckResult[] {
  return [
    ...health.services.map(serviceCheck),
    resourcesCheck(deployments),
    connectionsCheck(health, "Network connectivity", ({ name }) => !isDatabase(name)),
    connectionsCheck(health, "Database connectivity", ({ name }) => isDatabase(name)),
    useCheck(pods),
    ...(routes ? [routesCheck(routes)] : []),
  ];
}

/** A service's health as a check. */
export function serviceCheck({ service, status, latencyMs, reason }: ServiceHealth): CheckResult {
  return {
    name: service,
    passed: status === "healthy",
    detail: status === "healthy" ? "healthy" : `${status}: ${reason}`,
    durationMs: latencyMs ?? 0,
  };
}

function resourcesCheck(deployments: readonly Deployment[]): CheckResult {
  const lacking = deployments.flatMap(({ metadata, spec, status }) => {
    const wanted = spec?.replicas ?? 1;
    const current = status?.observedGeneration === metadata?.generation;
    const ready = Math.min(status?.readyReplicas ?? 0, status?.updatedReplicas ?? 0);
    if (current && ready >= wanted && (status?.unavailableReplicas ?? 0) === 0) return [];
    return [`${metadata?.name ?? ""} has ${ready} of ${wanted} pods ready`];
  });
  return result("Kubernetes resources", lacking, `${deployments.length} Deployments have all their pods ready`);
}

function connectionsCheck(
  { services }: HealthReport,
  name: string,
  includes: (dependency: { readonly name: string }) => boolean,
): CheckResult {
  const all = services.flatMap(({ service, dependencies }) =>
    dependencies.filter(includes).map((dependency) => ({ service, ...dependency })),
  );
  const broken = all.filter(({ state }) => state === "failed");
  return result(
    name,
    broken.map((one) => `${one.service} to ${one.name}: ${one.detail}`),
    `${all.length} links work`,
  );
}

/** How the reports name what stores data. */
function isDatabase(name: string): boolean {
  return /database|postgres|mongo|redis|qdrant|neon|rabbitmq|pubsub/i.test(name);
}

/** A pod that was killed for its memory, or keeps restarting, is not ready however well it answers at the moment. */
function useCheck(pods: readonly Pod[]): CheckResult {
  const troubled = pods.flatMap(({ metadata, status }) =>
    (status?.containerStatuses ?? []).flatMap(({ name, restartCount, lastState }) => {
      const { reason } = lastState?.terminated ?? {};
      if (reason === "OOMKilled") return [`${metadata?.name ?? ""}/${name} was killed at its memory limit`];
      return restartCount >= MANY_RESTARTS ? [`${metadata?.name ?? ""}/${name} restarted ${restartCount} times`] : [];
    }),
  );
  return result("Resource use", troubled, `${pods.length} pods within their limits`);
}

/** So many restarts are no accident. */
const MANY_RESTARTS = 3;

function routesCheck(routes: readonly RouteStatus[]): CheckResult {
  const refused = routes.filter(({ accepted }) => !accepted).map(({ name, detail }) => `${name}: ${detail}`);
  return result("Gateway", refused, `${routes.length} routes accepted`);
}

function result(name: string, problems: readonly string[], fine: string): CheckResult {
  return {
    name,
    passed: problems.length === 0,
    detail: problems.length === 0 ? fine : problems.join("; "),
    durationMs: 0,
  };
}
