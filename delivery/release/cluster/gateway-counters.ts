import type { LatencyHistogram, SideTraffic } from "../analysis/sample.ts";

/** Counters of one side since the gateway's start. */
export interface SideCounters {
  readonly requests: number;
  readonly errors: number;
  /** Answers up to each bound in seconds, cumulative, growing; the last bound is infinite. */
  readonly buckets: readonly (readonly [bound: number, count: number])[];
}

/** Tells the services of the gateway that carry one side's requests by their names. */
export type IsOfSide = (service: string) => boolean;

/**
 * Reads one side's counters from a gateway's metrics (Prometheus text format; Traefik: Metrics, services). A side that no
 * request has reached yet has none: zero.
 */
export function countersIn(text: string, isOfSide: IsOfSide): SideCounters {
  let requests = 0;
  let errors = 0;
  const buckets = new Map<number, number>();
  for (const line of text.split("\n")) {
    const [, name = "", labels = "", value = ""] = LINE.exec(line) ?? [];
    if (name === "" || !isOfSide(label(labels, "service"))) continue;
    const count = Number(value);
    if (name === "traefik_service_requests_total") {
      requests += count;
      if (/^(5\d\d|0)$/.test(label(labels, "code"))) errors += count;
    } else {
      const bound = label(labels, "le");
      const seconds = bound === "+Inf" ? Infinity : Number(bound);
      buckets.set(seconds, (buckets.get(seconds) ?? 0) + count);
    }
  }
  return { requests, errors, buckets: [...buckets].sort(([a], [b]) => a - b) };
}

const LINE = /^(traefik_service_requests_total|traefik_service_request_duration_seconds_bucket)\{(.*)\} (\S+)$/;

function label(labels: string, name: string): string {
  return new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
}

/**
 * What a side answered between two readings. Undefined where counters went back: the gateway has started anew.
 *
 * @param bounds of both sides' histograms, so that they can be compared.
 */
export function trafficBetween(
  before: SideCounters,
  after: SideCounters,
  bounds: readonly number[],
): SideTraffic | undefined {
  const latency = histogramBetween(before, after, bounds);
  const requests = after.requests - before.requests;
  const errors = after.errors - before.errors;
  if (requests < 0 || errors < 0 || latency.counts.some((count) => count < 0)) return undefined;
  return { requests, errors, latency };
}

/** The finite bounds of the histograms of several readings. */
export function boundsOf(readings: readonly SideCounters[]): readonly number[] {
  const all = readings.flatMap(({ buckets }) => buckets.map(([bound]) => bound)).filter(Number.isFinite);
  return [...new Set(all)].sort((a, b) => a - b);
}

function histogramBetween(before: SideCounters, after: SideCounters, bounds: readonly number[]): LatencyHistogram {
  const upTo = ({ buckets }: SideCounters, bound: number) => buckets.find(([one]) => one === bound)?.[1] ?? 0;
  const cumulative = [...bounds, Infinity].map((bound) => upTo(after, bound) - upTo(before, bound));
  return { bounds, counts: cumulative.map((count, index) => count - (cumulative[index - 1] ?? 0)) };
}
