import { judge, type ProbeObservation } from "../../health/answer.ts";
import type { HealthCheck, HealthPolicy } from "../../health/policy.ts";
import { healthPorts, type HealthPorts } from "../../health/run.ts";
import { platformChecks } from "../../health/stack-checks.ts";
import type { ResolvedPlatform } from "../../../model/resolve/resolved.ts";
import type { Cluster } from "../../cluster-client/cluster.ts";
import type { ServiceSample } from "../analysis/sample.ts";

/** Asks every service of one side for its health, once, all at the same time. */
export async function sampleHealth(
  checks: readonly HealthCheck[],
  policy: HealthPolicy,
  ports: Pick<HealthPorts, "get" | "clock">,
  signal: AbortSignal,
): Promise<readonly ServiceSample[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { quality, reason } = judge(check, await observed(check, policy, ports, signal));
      return { service: check.service, quality, reason };
    }),
  );
}

async function observed(
  { kind, url }: HealthCheck,
  { timeoutSeconds }: HealthPolicy,
  { get, clock }: Pick<HealthPorts, "get" | "clock">,
  signal: AbortSignal,
): Promise<ProbeObservation> {
  const atMs = clock.now();
  const outcome = await get[kind](url, { timeoutMs: timeoutSeconds * 1000, signal }).then(
    ({ status, contentType, location, body }) => ({ kind: "answer" as const, status, contentType, location, body }),
    (error: unknown) => ({ kind: "noAnswer" as const, reason: error instanceof Error ? error.message : String(error) }),
  );
  return { atMs, latencyMs: clock.now() - atMs, outcome };
}

/** What to ask of a platform's two sides; a canary is reached through the API server alone. */
export function sideChecks(platform: ResolvedPlatform): {
  readonly canary: readonly HealthCheck[];
  readonly stable: readonly HealthCheck[];
} {
  const canary = (platform.canary?.services ?? []).map((service) => ({
    ...service,
    exposure: { kind: "internal" } as const,
  }));
  return { canary: platformChecks(canary), stable: platformChecks(platform.services) };
}

/** The ports of health checks against a cluster. */
export function sidePorts(cluster: Cluster): Pick<HealthPorts, "get" | "clock"> {
  return healthPorts(cluster);
}
