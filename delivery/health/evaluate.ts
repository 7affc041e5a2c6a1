import { judge, type ProbeObservation, type Verdict } from "./answer.ts";
import type { HealthCheck, HealthPolicy } from "./policy.ts";

/** `pending`: too little has been seen to decide. */
export type HealthState = "pending" | "healthy" | "degraded" | "unhealthy";

/** What all answers seen so far amount to. */
export interface HealthProgress {
  readonly state: HealthState;
  readonly probes: number;
  /** Probes in a row, up to the latest, that failed outright. */
  readonly consecutiveFailures: number;
  /** Probes in a row, up to the latest, that were not good: failed or degraded. */
  readonly consecutiveNotGood: number;
}

/** Before the first answer. */
export const NOTHING_SEEN: HealthProgress = {
  state: "pending",
  probes: 0,
  consecutiveFailures: 0,
  consecutiveNotGood: 0,
};

/** What all observations of one check amount to. */
export interface CheckState extends HealthProgress {
  readonly check: HealthCheck;
  readonly last?: { readonly observation: ProbeObservation; readonly verdict: Verdict };
}

/** Before the first probe. */
export function unprobed(check: HealthCheck): CheckState {
  return { check, ...NOTHING_SEEN };
}

/** Folds one more observation in, by the policy of {@link advance}. */
export function observe(state: CheckState, observation: ProbeObservation, policy: HealthPolicy): CheckState {
  const verdict = judge(state.check, observation);
  return { check: state.check, ...advance(state, verdict.quality, policy), last: { observation, verdict } };
}

/**
 * Folds the quality of one more answer in.
 *
 * - One good answer makes the check healthy, whatever came before.
 * - `failureThreshold` failures in a row make it unhealthy; fewer change nothing.
 * - As many answers in a row of which none was good, but some came with a report of trouble, make it degraded: the
 *   service lives, and waiting longer has not helped.
 */
export function advance(before: HealthProgress, quality: Verdict["quality"], policy: HealthPolicy): HealthProgress {
  const consecutiveFailures = quality === "failed" ? before.consecutiveFailures + 1 : 0;
  const consecutiveNotGood = quality === "good" ? 0 : before.consecutiveNotGood + 1;
  return {
    state: decide(before.state, consecutiveFailures, consecutiveNotGood, policy),
    probes: before.probes + 1,
    consecutiveFailures,
    consecutiveNotGood,
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
