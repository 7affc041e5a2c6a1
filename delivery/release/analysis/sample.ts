import type { Verdict } from "../../health/answer.ts";

/** One service's answer to one health check. */
export interface ServiceSample {
  readonly service: string;
  readonly quality: Verdict["quality"];
  /** Why it is not good; empty when it is. */
  readonly reason: string;
}

/** Answers by how long they took. */
export interface LatencyHistogram {
  /** Upper bounds of the buckets in seconds, growing; the last bucket, above them all, has none. */
  readonly bounds: readonly number[];
  /** Answers in each bucket (not cumulative): one more than there are bounds. */
  readonly counts: readonly number[];
}

/** What one side answered in a window of time: differences of counters, never rates. */
export interface SideTraffic {
  readonly requests: number;
  /** Answers with status 5xx, and requests that got none. */
  readonly errors: number;
  readonly latency: LatencyHistogram;
}

/** What the gateway counted in a window of time. */
export interface TrafficWindow {
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly canary: SideTraffic;
  readonly stable: SideTraffic;
}

/** What was seen at one moment of a step. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly health: { readonly canary: readonly ServiceSample[]; readonly stable: readonly ServiceSample[] };
  readonly traffic:
    | { readonly kind: "counted"; readonly window: TrafficWindow }
    | { readonly kind: "unavailable"; readonly reason: string };
}

/** The bounds within which a window is fit for comparison. */
export interface WindowLimits {
  readonly sampledAtMs: number;
  /** End of the window before, or the start of the step. */
  readonly afterMs: number;
  readonly latestAgeSeconds: number;
}

/** Why a window must not be compared; undefined for one that may. */
export function unusable(window: TrafficWindow, limits: WindowLimits): string | undefined {
  const { fromMs, toMs } = window;
  if (!(toMs > fromMs)) return "the gateway's counts cover no time";
  if (fromMs < limits.afterMs) return "the gateway's counts reach back before this step";
  if (limits.sampledAtMs - toMs > limits.latestAgeSeconds * 1000) return "the gateway's counts are late";
  return badCounts("canary", window.canary) ?? badCounts("stable", window.stable);
}

function badCounts(side: string, { requests, errors, latency }: SideTraffic): string | undefined {
  const counts = [requests, errors, ...latency.counts];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return `${side}: counts that are no counts`;
  if (errors > requests) return `${side}: more errors than requests`;
  const growing = latency.bounds.every((bound, index) => bound > (latency.bounds[index - 1] ?? 0));
  if (!growing || latency.counts.length !== latency.bounds.length + 1) return `${side}: a malformed latency histogram`;
  if (sum(latency.counts) > requests) return `${side}: more latencies than requests`;
  return undefined;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
