import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster-client/cluster.ts";
import { httpGet, NoAnswerError, type HttpAnswer } from "../cluster-client/http-get.ts";
import type { ProbeObservation } from "./answer.ts";
import { nextProbeAtMs, observe, unprobed, type CheckState } from "./evaluate.ts";
import type { HealthCheck, HealthPolicy } from "./policy.ts";
import { healthReport, type HealthReport } from "./report.ts";

/** One GET within a time limit; rejects with a message fit for the user when no answer comes. */
export type ProbeGet = (
  url: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<HttpAnswer>;

export interface HealthPorts {
  readonly get: Readonly<Record<HealthCheck["kind"], ProbeGet>>;
  readonly clock: {
    /** Milliseconds since 1970. */
    readonly now: () => number;
    /** Resolves after so many milliseconds, or early when the signal aborts. */
    readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  };
  /** Ends the run: checks not yet decided are reported as `pending`. */
  readonly signal?: AbortSignal;
  /** Told after every probe, for a live display. */
  readonly onProbe?: (state: CheckState) => void;
}

/** The real ports. Without a cluster, `serviceProxy` checks fail and say so. */
export function healthPorts(cluster: Cluster | undefined, signal?: AbortSignal): HealthPorts {
  return {
    get: {
      nodePort: httpGet,
      serviceProxy:
        cluster?.get ?? (() => Promise.reject(new NoAnswerError("no cluster is configured to reach it through"))),
    },
    clock: {
      now: () => performance.timeOrigin + performance.now(),
      sleep: async (ms, stop) => {
        await sleep(ms, undefined, stop ? { signal: stop } : {}).catch(() => undefined);
      },
    },
    ...(signal ? { signal } : {}),
  };
}

/**
 * Probes all checks in parallel, each until it is decided: at once when the first answer is good, at the latest after
 * `failureThreshold` probes. A one-shot `fleet health` passes a policy with a shorter interval.
 */
export async function runHealthChecks(
  checks: readonly HealthCheck[],
  policy: HealthPolicy,
  ports: HealthPorts,
): Promise<HealthReport> {
  const states = await Promise.all(checks.map((check) => decideOne(check, policy, ports)));
  return healthReport(states, policy, ports.clock.now());
}

async function decideOne(check: HealthCheck, policy: HealthPolicy, ports: HealthPorts): Promise<CheckState> {
  let state = unprobed(check);
  for (;;) {
    const due = nextProbeAtMs(state, policy);
    if (due === undefined) return state;
    const wait = due - ports.clock.now();
    if (wait > 0) await ports.clock.sleep(wait, ports.signal);
    if (ports.signal?.aborted) return state;
    const observation = await probe(check, policy, ports);
    // An answer cut off by the caller's own cancelling says nothing about the service. (Read afresh: it may have changed.)
    if (isAborted(ports)) return state;
    state = observe(state, observation, policy);
    ports.onProbe?.(state);
  }
}

function isAborted(ports: HealthPorts): boolean {
  return ports.signal?.aborted ?? false;
}

async function probe(check: HealthCheck, policy: HealthPolicy, ports: HealthPorts): Promise<ProbeObservation> {
  const atMs = ports.clock.now();
  const outcome = await ports.get[check.kind](check.url, {
    timeoutMs: policy.timeoutSeconds * 1000,
    ...(ports.signal ? { signal: ports.signal } : {}),
  }).then(
    ({ status, contentType, location, body }) => ({ kind: "answer" as const, status, contentType, location, body }),
    (error: unknown) => ({
      kind: "noAnswer" as const,
      reason: error instanceof Error ? error.message : String(error),
    }),
  );
  return { atMs, latencyMs: ports.clock.now() - atMs, outcome };
}
