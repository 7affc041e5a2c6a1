import { randomBinomial, randomLogNormal, randomUniform } from "d3-random";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import {
  addSample,
  beginAnalysis,
  verdictOf,
  type AnalysisVerdict,
} from "../../../../delivery/release/analysis/analyse.ts";
import { DEFAULT_ANALYSIS_POLICY as POLICY } from "../../../../delivery/release/analysis/policy.ts";
import { DEFAULT_HEALTH_POLICY } from "../../../../delivery/health/policy.ts";
import { BOUNDS, sample, side } from "./traffic.ts";

const PLAN = { health: DEFAULT_HEALTH_POLICY, analysis: POLICY };
/** How many canaries ended how. */
export type Outcomes = Readonly<Record<AnalysisVerdict["kind"], number>>;

/** Runs canaries at 10 % of seeded traffic, to their verdict; `ratio` is how many times as often they err or are slow. */
export function simulateCanaries(
  count: number,
  seed: number,
  ratio: { readonly errors: number; readonly slow: number },
): Outcomes {
  const generator = xoroshiro128plus(seed);
  const source = () => uniformFloat64(generator);
  const binomial = randomBinomial.source(source);
  const uniform = randomUniform.source(source);
  // From a request a second to some hundreds; from 1 error in 500 to 1 in 20: five times that is 1 to 25 %.
  const perWindow = randomLogNormal.source(source)(Math.log(1_500), 1);
  const logErrors = uniform(Math.log(0.002), Math.log(0.05));
  const slowShare = uniform(0.005, 0.04);
  const outcomes = { continue: 0, promote: 0, abort: 0, inconclusive: 0 };

  const answers = (requests: number, errorRate: number, slowRate: number) => {
    const slow = binomial(requests, Math.min(1, slowRate))();
    return side(requests, binomial(requests, Math.min(1, errorRate))(), {
      bounds: BOUNDS,
      counts: [requests - slow, 0, slow, 0, 0],
    });
  };
  for (let canary = 0; canary < count; canary += 1) {
    const errorRate = Math.exp(logErrors());
    const slowRate = slowShare();
    const requests = Math.round(perWindow()) + 30;
    let analysis = beginAnalysis(10, 0);
    let verdict: AnalysisVerdict = { kind: "continue" };
    for (let number = 1; verdict.kind === "continue"; number += 1) {
      const toCanary = binomial(requests, 0.1)();
      const seen = {
        canary: answers(toCanary, errorRate * ratio.errors, slowRate * ratio.slow),
        stable: answers(requests - toCanary, errorRate, slowRate),
      };
      analysis = addSample(analysis, sample(number, seen), PLAN);
      verdict = verdictOf(analysis, POLICY);
    }
    outcomes[verdict.kind] += 1;
  }
  return outcomes;
}
