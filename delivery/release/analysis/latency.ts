import type { AnalysisPolicy } from "./policy.ts";
import { sum, type LatencyHistogram } from "./sample.ts";
import type { Share } from "./sequential-test.ts";

/**
 * The bucket bound in seconds above which an answer counts as slow: where the stable release has its percentile, times
 * the tolerance. Undefined when the histogram is empty, or too coarse to tell slow answers from the rest.
 *
 * The tolerance keeps a latency that lies close to a bound from looking like a change when it crosses it.
 */
export function slowAbove(
  stable: LatencyHistogram,
  { slowShare, latencyTolerance }: Pick<AnalysisPolicy, "slowShare" | "latencyTolerance">,
): number | undefined {
  const total = sum(stable.counts);
  if (total === 0) return undefined;
  let slower = total;
  const percentile = stable.bounds.find((_, index) => {
    slower -= stable.counts[index] ?? 0;
    return slower <= slowShare * total;
  });
  if (percentile === undefined) return undefined;
  return stable.bounds.find((bound) => bound >= percentile * latencyTolerance);
}

/** How many answers took longer than a bound; undefined when the histogram has no such bound. */
export function slowerThan({ bounds, counts }: LatencyHistogram, bound: number): Share | undefined {
  const index = bounds.indexOf(bound);
  if (index < 0) return undefined;
  return { requests: sum(counts), hits: sum(counts.slice(index + 1)) };
}
