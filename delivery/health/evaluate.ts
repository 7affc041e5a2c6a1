import { judge, type ProbeObservation, type Verdict } from "./answer.ts";
import type { HealthCheck, HealthPolicy } from "./policy.ts";

/** `pending`: too little has been seen to decide. */
export type HealthState = "pending" | "healthy" | "degraded" | "unhealthy";

/** What all observations of one check amount to. */
export interface CheckState {
  readonly check: HealthCheck;
  readonly state: HealthState;
  readonly probes: number;
  /** Probes in a row, up to the latest, that failed outright. */
  readonly consecutiveFailures: number;
  /** Probes in a row, up to the latest, that were not good: failed or degraded. */
  readonly consecutiveNotGood: number;
  readonly last?: { readonly observation: ProbeObservation; readonly verdict: Verdict };
}

/** Before the first probe. */
export function unprobed(check: HealthCheck): CheckState {
  return { check, state: "pending", probes: 0, consecutiveFailures: 0, consecutiveNotGood: 0 };
}

/**
 * Folds one more observation in.
 *
 * - One good answer makes the check healthy, whatever came before.
 * - `failureThreshold` failures in a row make it unhealthy; fewer change nothing.
 * - As many answers in a row of which none was good, but some came with a report of trouble, make it degraded: the
 *   service lives, and waiting longer has not helped.
 */
export function observe(state: CheckState, observation: ProbeObservation, policy: HealthPolicy): CheckState {
  const verdict = judge(state.check, observation);
  const consecutiveFailures = verdict.quality === "failed" ? state.consecutiveFailures + 1 : 0;
  const consecutiveNotGood = verdict.quality === "good" ? 0 : state.consecutiveNotGood + 1;
  return {
    check: state.check,
    state: decide(state.state, consecutiveFailures, consecutiveNotGood, policy),
    probes: state.probes + 1,
    consecutiveFailures,
    consecutiveNotGood,
    last: { observation, verdict },
  };
}

function decide(before: HealthState, failures: number, notGood: number, policy: HealthPolicy): HealthState {
  if (notGood === 0) return "healthy";
  if (failures >= policy.failureThreshold) return "unhealthy";
  if (notGood < policy.failureThreshold) return before;
  return before === "unhealthy" && failures > 0 ? "unhealthy" : "degraded";
}

/** When the next probe is due, in milliseconds since 1970; undefined once a one-shot check is decided. */
export function nextProbeAtMs(state: CheckState, policy: HealthPolicy): number | undefined {
  if (state.state !== "pending") return undefined;
  return (state.last?.observation.atMs ?? Number.NEGATIVE_INFINITY) + policy.intervalSeconds * 1000;
}
