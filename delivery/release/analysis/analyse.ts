import { advance, NOTHING_SEEN, type HealthProgress } from "../../health/evaluate.ts";
import type { HealthPolicy } from "../../health/policy.ts";
import { slowAbove, slowerThan } from "./latency.ts";
import type { AnalysisPolicy } from "./policy.ts";
import { unusable, type Sample, type ServiceSample, type TrafficWindow } from "./sample.ts";
import { addWindow, NO_EVIDENCE, outcomeOf, type SequentialTest } from "./sequential-test.ts";

/** The health of one service of one side, so far. */
export interface ServiceProgress extends HealthProgress {
  /** Why its last answer was not good; empty when it was. */
  readonly reason: string;
}

type SideHealth = Readonly<Record<string, ServiceProgress>>;

/** What a step knows of the stable release once no traffic is left on it. */
export interface StableReference {
  readonly errorRate: number;
  readonly slowRate: number;
  readonly slowAboveSeconds: number;
}

/** All that has been seen of a canary at one weight. Plain data; it lives in the journal. */
export interface Analysis {
  /** The canary's share of the traffic, in percent. */
  readonly weight: number;
  readonly startedMs: number;
  readonly samples: number;
  readonly health: { readonly canary: SideHealth; readonly stable: SideHealth };
  readonly errors: SequentialTest;
  readonly latency: SequentialTest;
  /** Answers slower than this count as slow; unknown until the stable release has answered. */
  readonly slowAboveSeconds?: number;
  /** From the step before. */
  readonly reference?: StableReference;
  /** End of the last window that was counted, in milliseconds since 1970. */
  readonly countedUntilMs: number;
  /** Why the last sample, or its counts, could not be used; empty when they were. */
  readonly missing: string;
}

/** What the samples so far amount to. */
export type AnalysisVerdict =
  | { readonly kind: "continue" }
  | { readonly kind: "promote" }
  /** The canary is bad; `reason` names the service or the measure. */
  | { readonly kind: "abort"; readonly reason: string }
  /** Enough was waited for and nothing is shown; never promotes. */
  | { readonly kind: "inconclusive"; readonly reason: string };

/** Before the first sample at a weight. */
export function beginAnalysis(weight: number, startedMs: number, before?: Analysis): Analysis {
  const reference = before && (stableReference(before) ?? before.reference);
  return {
    weight,
    startedMs,
    samples: 0,
    health: { canary: {}, stable: {} },
    errors: NO_EVIDENCE,
    latency: NO_EVIDENCE,
    ...(reference ? { slowAboveSeconds: reference.slowAboveSeconds, reference } : {}),
    countedUntilMs: startedMs,
    missing: "",
  };
}

function stableReference({ errors, latency, slowAboveSeconds }: Analysis): StableReference | undefined {
  if (slowAboveSeconds === undefined || errors.stable.requests === 0 || latency.stable.requests === 0) return undefined;
  return {
    errorRate: errors.stable.hits / errors.stable.requests,
    slowRate: latency.stable.hits / latency.stable.requests,
    slowAboveSeconds,
  };
}

/** Folds one sample in. Counts that cannot be trusted are left out, and said to be missing. */
export function addSample(
  analysis: Analysis,
  sample: Sample,
  { health, analysis: policy }: { readonly health: HealthPolicy; readonly analysis: AnalysisPolicy },
): Analysis {
  const seen: Analysis = {
    ...analysis,
    samples: analysis.samples + 1,
    health: {
      canary: addHealth(analysis.health.canary, sample.health.canary, health),
      stable: addHealth(analysis.health.stable, sample.health.stable, health),
    },
  };
  if (policy.metrics === "none") return { ...seen, missing: "" };
  if (sample.traffic.kind === "unavailable") return { ...seen, missing: sample.traffic.reason };
  const { window } = sample.traffic;
  const problem = unusable(window, {
    sampledAtMs: sample.atMs,
    afterMs: analysis.countedUntilMs,
    latestAgeSeconds: policy.latestAgeSeconds,
  });
  return problem === undefined ? addCounts(seen, window, policy) : { ...seen, missing: problem };
}

/** A sample that could not be taken: it counts as one, so that an undecided step comes to its end. */
export function addMissingSample(analysis: Analysis, reason: string): Analysis {
  return { ...analysis, samples: analysis.samples + 1, missing: reason };
}

function addHealth(before: SideHealth, samples: readonly ServiceSample[], policy: HealthPolicy): SideHealth {
  const after = samples.map(({ service, quality, reason }): [string, ServiceProgress] => [
    service,
    { ...advance(before[service] ?? NOTHING_SEEN, quality, policy), reason },
  ]);
  return { ...before, ...Object.fromEntries(after) };
}

function addCounts(analysis: Analysis, window: TrafficWindow, policy: AnalysisPolicy): Analysis {
  const { worseRatio } = policy;
  const { canary } = window;
  // At the full weight what still reaches the stable release are stragglers, no sample of the traffic.
  const stable = analysis.weight === 100 ? undefined : window.stable;
  const errors = addWindow(
    analysis.errors,
    { canary: errorShare(canary), stable: stable ? errorShare(stable) : NO_EVIDENCE.stable },
    Math.max(policy.negligibleErrors, analysis.reference?.errorRate ?? 0),
    worseRatio,
  );
  const counted: Analysis = { ...analysis, errors, countedUntilMs: window.toMs, missing: "" };
  const bound = analysis.slowAboveSeconds ?? (stable && slowAbove(stable.latency, policy));
  if (bound === undefined) return counted;
  const slowCanary = slowerThan(canary.latency, bound);
  const slowStable = stable ? slowerThan(stable.latency, bound) : NO_EVIDENCE.stable;
  if (!slowCanary || !slowStable)
    return { ...counted, missing: "the sides' latency histograms have different buckets" };
  const rate = Math.max(policy.slowShare, analysis.reference?.slowRate ?? 0);
  const latency = addWindow(analysis.latency, { canary: slowCanary, stable: slowStable }, rate, worseRatio);
  return { ...counted, latency, slowAboveSeconds: bound };
}

function errorShare({ requests, errors }: { readonly requests: number; readonly errors: number }) {
  return { requests, hits: errors };
}

/** Judges what has been seen. Only evidence promotes: what is missing, late, empty or too little never does. */
export function verdictOf(analysis: Analysis, policy: AnalysisPolicy): AnalysisVerdict {
  const worse = worseHealth(analysis) ?? worseTraffic(analysis, policy);
  if (worse !== undefined) return { kind: "abort", reason: worse };
  const doubts = [...healthDoubts(analysis), ...trafficDoubts(analysis, policy)];
  if (doubts.length === 0 && analysis.samples >= policy.minimumSamples) return { kind: "promote" };
  if (analysis.samples < policy.maximumSamples) return { kind: "continue" };
  return { kind: "inconclusive", reason: doubts.join("; ") };
}

function worseHealth({ health }: Analysis): string | undefined {
  for (const [service, { state, reason, consecutiveFailures }] of Object.entries(health.canary)) {
    if (state === "unhealthy") return `${service} failed ${consecutiveFailures} health checks in a row: ${reason}`;
    // A dependency that both sides miss is not the canary's fault.
    const stable = health.stable[service]?.state;
    if (state === "degraded" && stable === "healthy") return `${service} is degraded, in stable it is not: ${reason}`;
  }
  return undefined;
}

function worseTraffic({ errors, latency, slowAboveSeconds }: Analysis, policy: AnalysisPolicy): string | undefined {
  if (policy.metrics === "none") return undefined;
  if (outcomeOf(errors, policy) === "worse") {
    return `${percent(errors.canary)} of the canary's answers are errors, ${percent(errors.stable)} of the stable release's`;
  }
  if (outcomeOf(latency, policy) === "worse") {
    return `${percent(latency.canary)} of the canary's answers took over ${slowAboveSeconds ?? 0} s, ${percent(latency.stable)} of the stable release's`;
  }
  return undefined;
}

function healthDoubts({ health }: Analysis): readonly string[] {
  const canary = Object.entries(health.canary);
  if (canary.length === 0) return ["no health check of the canary has answered"];
  const doubts = (side: string, services: SideHealth) =>
    Object.entries(services)
      .filter(([, { state, consecutiveNotGood }]) => state !== "healthy" || consecutiveNotGood > 0)
      .map(([service, { reason }]) => `${side}: ${service} is not healthy: ${reason}`);
  return [...doubts("canary", health.canary), ...doubts("stable", health.stable)];
}

function trafficDoubts(analysis: Analysis, policy: AnalysisPolicy): readonly string[] {
  if (policy.metrics === "none") return [];
  const { errors, latency, weight, missing } = analysis;
  if (missing !== "") return [missing];
  const few = tooFew("canary", errors.canary.requests, policy);
  const fewStable = weight === 100 ? [] : tooFew("stable release", errors.stable.requests, policy);
  if (few.length + fewStable.length > 0) return [...few, ...fewStable];
  if (analysis.slowAboveSeconds === undefined)
    return ["the stable release's latency is unknown, or its buckets too coarse"];
  return [...undecided("error rates", errors, policy), ...undecided("latencies", latency, policy)];
}

function tooFew(side: string, requests: number, { minimumRequests }: AnalysisPolicy): readonly string[] {
  return requests < minimumRequests ? [`the ${side} answered ${requests} requests of at least ${minimumRequests}`] : [];
}

function undecided(what: string, test: SequentialTest, policy: AnalysisPolicy): readonly string[] {
  return outcomeOf(test, policy) === "notWorse"
    ? []
    : [`too few requests to tell the ${what} apart (canary ${test.canary.requests}, stable ${test.stable.requests})`];
}

function percent({ requests, hits }: { readonly requests: number; readonly hits: number }): string {
  return requests === 0 ? "none" : `${((100 * hits) / requests).toFixed(1)} %`;
}
