/** When a canary has been compared with the stable release for long enough, and what counts as worse. */
export interface AnalysisPolicy {
  /**
   * Where requests are counted. `gateway`: without its counts nothing is promoted. `none`: the platform has no gateway
   * that counts, and its health decides alone.
   */
  readonly metrics: "gateway" | "none";
  /** Samples that a step takes at least, one each interval of the health policy. */
  readonly minimumSamples: number;
  /** Samples after which an undecided step pauses as inconclusive. */
  readonly maximumSamples: number;
  /** Requests that the canary must have answered in the step. */
  readonly minimumRequests: number;
  /** How many times the stable release's share of errors (or slow answers) is too bad: the test's alternative. */
  readonly worseRatio: number;
  /** Chance that a test aborts a canary which is as good as the stable release. */
  readonly falseAbort: number;
  /** Chance that a test passes a canary which is `worseRatio` times as bad. */
  readonly falsePromotion: number;
  /** Share of errors up to which nobody would hold a release: a stable release with fewer is taken to have as many. */
  readonly negligibleErrors: number;
  /** Share of the stable release's answers that count as slow; 0.05 for its 95th percentile. */
  readonly slowShare: number;
  /** How many times slower than that percentile an answer must be to count as slow. */
  readonly latencyTolerance: number;
  /** Age in seconds at which counts are too old to say anything of now. */
  readonly latestAgeSeconds: number;
}

/**
 * Three samples, so that the health policy's three failures in a row can show. Eight samples, 30 s apart, stay below
 * the five minutes that seed 003 gives the canary stage. The chances are those of issue 5's simulation: under 1 % of
 * good canaries aborted, none promoted with five times the errors (see `sequential-test.ts`).
 */
export const DEFAULT_ANALYSIS_POLICY: AnalysisPolicy = {
  metrics: "gateway",
  minimumSamples: 3,
  maximumSamples: 8,
  minimumRequests: 100,
  worseRatio: 3,
  falseAbort: 0.001,
  falsePromotion: 0.001,
  negligibleErrors: 0.002,
  slowShare: 0.05,
  latencyTolerance: 1.5,
  latestAgeSeconds: 60,
};
