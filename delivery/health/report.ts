import type { DependencyHealth } from "./answer.ts";
import type { CheckState, HealthState } from "./evaluate.ts";
import { LATENCY_TARGET_MS, type HealthPolicy } from "./policy.ts";

/** One service's line of the report. */
export interface ServiceHealth {
  readonly platform: string;
  readonly service: string;
  readonly url: string;
  readonly status: HealthState;
  /** Latency of the latest probe in whole milliseconds; absent when it got no answer. */
  readonly latencyMs?: number;
  readonly version?: string;
  readonly uptimeSeconds?: number;
  readonly dependencies: readonly DependencyHealth[];
  /** Why it is not healthy; empty when it is. */
  readonly reason: string;
  /** Remarks that fail nothing, such as an answer slower than seed 004's target. */
  readonly notes: readonly string[];
  /** Probes made until it was decided. */
  readonly probes: number;
}

/**
 * The health of everything asked. This very object is what `fleet health --json` prints; the schema is stable:
 * fields are added, never renamed or removed, as long as `schemaVersion` stays.
 */
export interface HealthReport {
  readonly schemaVersion: 1;
  /** `unhealthy` if any service is, or was left undecided; else `degraded` if any is; else `healthy`. */
  readonly outcome: "healthy" | "degraded" | "unhealthy";
  /** ISO 8601, when the last check was decided. */
  readonly checkedAt: string;
  readonly policy: HealthPolicy;
  readonly counts: Readonly<Record<HealthState, number>>;
  readonly services: readonly ServiceHealth[];
}

/** Puts the decided checks together, in the order given. */
export function healthReport(states: readonly CheckState[], policy: HealthPolicy, nowMs: number): HealthReport {
  const counts: Record<HealthState, number> = { healthy: 0, degraded: 0, unhealthy: 0, pending: 0 };
  for (const { state } of states) counts[state] += 1;
  return {
    schemaVersion: 1,
    outcome: counts.unhealthy + counts.pending > 0 ? "unhealthy" : counts.degraded > 0 ? "degraded" : "healthy",
    checkedAt: new Date(nowMs).toISOString(),
    policy,
    counts,
    services: states.map(serviceHealth),
  };
}

function serviceHealth(state: CheckState): ServiceHealth {
  const { check, last } = state;
  const answered = last?.observation.outcome.kind === "answer";
  const latencyMs = answered ? Math.round(last.observation.latencyMs) : undefined;
  const report = last?.verdict.report;
  return {
    platform: check.platform,
    service: check.service,
    url: check.url,
    status: state.state,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(report?.version === undefined ? {} : { version: report.version }),
    ...(report?.uptimeSeconds === undefined ? {} : { uptimeSeconds: report.uptimeSeconds }),
    dependencies: report?.dependencies ?? [],
    reason: last?.verdict.reason ?? "not probed",
    notes:
      latencyMs !== undefined && latencyMs > LATENCY_TARGET_MS
        ? [`slower than the ${LATENCY_TARGET_MS} ms target`]
        : [],
    probes: state.probes,
  };
}
