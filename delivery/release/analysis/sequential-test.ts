import type { AnalysisPolicy } from "./policy.ts";

/** How often something happened among so many requests. */
export interface Share {
  readonly requests: number;
  readonly hits: number;
}

/**
 * A sequential probability ratio test (Wald, 1945) of "the canary hits no more often than the stable release" against
 * "it hits `worseRatio` times as often". It may be looked at after every window without the chance of a wrong decision
 * growing, which a test for a fixed number of samples (a two-proportion z-test, Mann–Whitney) may not.
 */
export interface SequentialTest {
  readonly canary: Share;
  readonly stable: Share;
  /**
   * Log likelihood ratio against the stable release. Within a window, given how many hits there were on both sides, each
   * fell to the canary by its share of the requests, or by `worseRatio` times that: the stable release's own rate drops
   * out, so it need not be known and may change from window to window.
   */
  readonly againstStable: number;
  /** Log likelihood ratio against a fixed rate, where the stable release's own is negligible or has no traffic. */
  readonly againstRate: number;
}

export const NO_EVIDENCE: SequentialTest = {
  canary: { requests: 0, hits: 0 },
  stable: { requests: 0, hits: 0 },
  againstStable: 0,
  againstRate: 0,
};

/** Folds one window in. `rate`: hits per request that are fine whatever the stable release does. */
export function addWindow(
  test: SequentialTest,
  window: { readonly canary: Share; readonly stable: Share },
  rate: number,
  worseRatio: number,
): SequentialTest {
  const { canary, stable } = window;
  return {
    canary: added(test.canary, canary),
    stable: added(test.stable, stable),
    againstStable: test.againstStable + conditional(canary, stable, worseRatio),
    // Poisson: hits are rare, and where they are not, this errs on the side of waiting.
    againstRate: test.againstRate + canary.hits * Math.log(worseRatio) - canary.requests * rate * (worseRatio - 1),
  };
}

/** `undecided`: the evidence does not suffice, either way. */
export type TestOutcome = "worse" | "notWorse" | "undecided";

/** Where the test stands. Worse means worse than the stable release and than the negligible rate, both. */
export function outcomeOf(
  test: SequentialTest,
  policy: Pick<AnalysisPolicy, "falseAbort" | "falsePromotion" | "minimumRequests">,
): TestOutcome {
  const evidence = test.stable.requests > 0 ? Math.min(test.againstStable, test.againstRate) : test.againstRate;
  if (evidence >= Math.log((1 - policy.falsePromotion) / policy.falseAbort)) return "worse";
  if (test.canary.requests < policy.minimumRequests) return "undecided";
  return evidence <= Math.log(policy.falsePromotion / (1 - policy.falseAbort)) ? "notWorse" : "undecided";
}

function conditional(canary: Share, stable: Share, worseRatio: number): number {
  if (canary.requests === 0 || stable.requests === 0) return 0;
  const asGood = canary.requests / (canary.requests + stable.requests);
  const worse = (worseRatio * canary.requests) / (worseRatio * canary.requests + stable.requests);
  return canary.hits * Math.log(worse / asGood) + stable.hits * Math.log((1 - worse) / (1 - asGood));
}

function added(a: Share, b: Share): Share {
  return { requests: a.requests + b.requests, hits: a.hits + b.hits };
}
