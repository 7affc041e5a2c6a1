import type { ResolvedPlatform, ResolvedStack } from "../../model/resolve/resolved.ts";
import type { ResolvedGateway } from "../../model/resolve/resolved-traffic.ts";
import type { Cluster } from "../cluster-client/cluster.ts";
import { DEFAULT_HEALTH_POLICY, type HealthPolicy } from "../health/policy.ts";
import type { HealthReport } from "../health/report.ts";
import { healthPorts, runHealthChecks } from "../health/run.ts";
import { stackChecks } from "../health/stack-checks.ts";
import { ExitCode } from "./exit-code.ts";

/** How `fleet health` differs from seed 003's policy: a person waits for it. */
export interface HealthOverride {
  readonly interval?: number;
  readonly timeout?: number;
  readonly threshold?: number;
}

/** Asks every service of a stack for its health. */
export function checkHealth(
  resolved: ResolvedStack,
  cluster: Cluster | undefined,
  override: HealthOverride,
  signal?: AbortSignal,
): Promise<HealthReport> {
  const policy: HealthPolicy = {
    intervalSeconds: override.interval ?? DEFAULT_HEALTH_POLICY.intervalSeconds,
    timeoutSeconds: override.timeout ?? DEFAULT_HEALTH_POLICY.timeoutSeconds,
    failureThreshold: override.threshold ?? DEFAULT_HEALTH_POLICY.failureThreshold,
  };
  return runHealthChecks(stackChecks(resolved), policy, healthPorts(cluster, signal));
}

/** The exit code for a report: degraded still serves, so it passes. */
export function healthExitCode(report: HealthReport): ExitCode {
  return report.outcome === "unhealthy" ? ExitCode.unhealthy : ExitCode.ok;
}

/** Where to click: each address that a stack's services answer at from outside. */
export function addresses(resolved: ResolvedStack): readonly string[] {
  return resolved.platforms.flatMap((platform) => [
    ...platform.services.flatMap(({ title, exposure }) => {
      switch (exposure.kind) {
        case "internal":
          return [];
        case "nodePort":
          return [`${title}: http://localhost:${exposure.nodePort}`];
        case "ingress":
          return [`${title}: https://${exposure.host}`];
      }
    }),
    ...(platform.gateway ? routeAddresses(platform, platform.gateway) : []),
  ]);
}

function routeAddresses({ routes, services }: ResolvedPlatform, gateway: ResolvedGateway): readonly string[] {
  const { tlsSecret, nodePort } = gateway;
  return routes.flatMap(({ service, hosts, canary }) => {
    const title = services.find(({ name }) => name === service)?.title ?? service;
    const share = canary ? ` (${canary.weight} % to its canary)` : "";
    return hosts.map((host) => {
      const address = `${tlsSecret === undefined ? "http" : "https"}://${host}`;
      return `${title}: ${address}${nodePort === undefined ? "" : `:${nodePort}`}${share}`;
    });
  });
}
