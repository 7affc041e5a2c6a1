import { describe, expect, it } from "vitest";
import {
  addMissingSample,
  addSample,
  beginAnalysis,
  verdictOf,
  type Analysis,
} from "../../../../delivery/release/analysis/analyse.ts";
import {
  DEFAULT_ANALYSIS_POLICY as POLICY,
  type AnalysisPolicy,
} from "../../../../delivery/release/analysis/policy.ts";
import type { Sample } from "../../../../delivery/release/analysis/sample.ts";
import { DEFAULT_HEALTH_POLICY } from "../../../../delivery/health/policy.ts";
import { BOUNDS, DEGRADED, FAILED, GOOD, sample, side } from "./traffic.ts";

type Seen = Parameters<typeof sample>[1];

function analysisOf(
  seen: readonly Seen[],
  { weight = 10, policy = POLICY, before = undefined as Analysis | undefined } = {},
): Analysis {
  return analysisOfSamples(
    seen.map((one, index) => sample(index + 1, one)),
    { weight, policy, before },
  );
}

function analysisOfSamples(
  samples: readonly Sample[],
  { weight = 10, policy = POLICY, before = undefined as Analysis | undefined } = {},
): Analysis {
  const plan = { health: DEFAULT_HEALTH_POLICY, analysis: policy };
  return samples.reduce((analysis, one) => addSample(analysis, one, plan), beginAnalysis(weight, 0, before));
}

const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value);
const verdictAfter = (seen: readonly Seen[], policy: AnalysisPolicy = POLICY, weight = 10) =>
  verdictOf(analysisOf(seen, { policy, weight }), policy);

describe("the verdict on a canary", () => {
  it("waits for three samples, however good they are", () => {
    expect(verdictAfter(times(2, {}))).toEqual({ kind: "continue" });
    expect(verdictAfter(times(3, {}))).toEqual({ kind: "promote" });
  });

  it("is abort at the third failed health check in a row, with the service and its reason", () => {
    expect(verdictAfter(times(2, { canaryHealth: [FAILED] }))).toEqual({ kind: "continue" });
    expect(verdictAfter(times(3, { canaryHealth: [FAILED] }))).toEqual({
      kind: "abort",
      reason: "crm failed 3 health checks in a row: HTTP 503",
    });
  });

  it("is not abort when failures are interrupted, and not promote right after one", () => {
    const seen = [FAILED, FAILED, GOOD, FAILED].map((one) => ({ canaryHealth: [one] }));
    expect(verdictAfter(seen)).toEqual({ kind: "continue" });
  });

  it("is abort when a dependency fails for the canary alone", () => {
    expect(verdictAfter(times(3, { canaryHealth: [DEGRADED] }))).toMatchObject({ kind: "abort" });
  });

  it("is inconclusive when the dependency fails for both sides", () => {
    const verdict = verdictAfter(times(8, { canaryHealth: [DEGRADED], stableHealth: [DEGRADED] }));
    expect(verdict).toMatchObject({ kind: "inconclusive", reason: expect.stringContaining("redis: down") as string });
  });

  it("is abort for one of several services", () => {
    const other = { service: "identity", quality: "good", reason: "" } as const;
    expect(verdictAfter(times(3, { canaryHealth: [other, FAILED] }))).toMatchObject({ kind: "abort" });
  });

  it("is abort after one window of many errors", () => {
    expect(verdictAfter([{ canary: side(1_000, 50), stable: side(9_000, 90) }])).toEqual({
      kind: "abort",
      reason: "5.0 % of the canary's answers are errors, 1.0 % of the stable release's",
    });
  });

  it("does not mind errors that the stable release has as well", () => {
    expect(verdictAfter(times(3, { canary: side(1_000, 50), stable: side(9_000, 450) }))).toEqual({ kind: "promote" });
  });

  it("does not hold a canary for a handful of errors among thousands", () => {
    expect(verdictAfter(times(4, { canary: side(1_000, 1), stable: side(9_000, 0) }))).toEqual({ kind: "promote" });
  });

  it("is abort for a slow canary", () => {
    const slow = { bounds: BOUNDS, counts: [500, 0, 500, 0, 0] };
    expect(verdictAfter([{ canary: side(1_000, 0, slow) }])).toEqual({
      kind: "abort",
      reason: "50.0 % of the canary's answers took over 0.3 s, 0.0 % of the stable release's",
    });
  });

  it("does not mind a latency that crosses a bucket's bound by a little", () => {
    const next = { bounds: BOUNDS, counts: [0, 1_000, 0, 0, 0] };
    expect(verdictAfter(times(3, { canary: side(1_000, 0, next) }))).toEqual({ kind: "promote" });
  });
});

describe("what never promotes", () => {
  const counted = (change: Partial<ReturnType<typeof side>>) => ({ canary: { ...side(1_000, 0), ...change } });
  const histogram = (bounds: readonly number[], counts: readonly number[]) => counted({ latency: { bounds, counts } });
  it.each<[what: string, seen: Seen, reason: string]>([
    ["no requests to the canary", { canary: side(0, 0) }, "the canary answered 0 requests of at least 100"],
    ["no requests to the stable release", { stable: side(0, 0) }, "the stable release answered 0 requests"],
    [
      "too few requests",
      { canary: side(40, 0), stable: side(400, 0) },
      "too few requests to tell the error rates apart",
    ],
    ["NaN", counted({ errors: Number.NaN }), "counts that are no counts"],
    ["infinity", counted({ requests: Infinity }), "counts that are no counts"],
    ["fractions", counted({ requests: 999.5 }), "counts that are no counts"],
    ["negative counts", counted({ errors: -1 }), "counts that are no counts"],
    ["more errors than requests", counted({ errors: 1_001 }), "more errors than requests"],
    ["no latencies", { stable: { ...side(9_000, 0), latency: { bounds: [], counts: [0] } } }, "latency is unknown"],
    ["other buckets on either side", histogram([0.2], [1_000, 0]), "different buckets"],
    ["buckets out of order", histogram([0.3, 0.1], [1_000, 0, 0]), "malformed latency histogram"],
    ["a bucket too few", histogram(BOUNDS, [1_000, 0]), "malformed latency histogram"],
    ["more latencies than requests", histogram(BOUNDS, [1_001, 0, 0, 0, 0]), "more latencies than requests"],
    ["no health check at all", { canaryHealth: [] }, "no health check of the canary has answered"],
    ["an unhealthy stable release", { stableHealth: [FAILED] }, "stable: crm is not healthy: HTTP 503"],
  ])("%s", (_what, seen, reason) => {
    const short = { ...POLICY, maximumSamples: 4 };
    for (const count of [1, 2, 3]) expect(verdictAfter(times(count, seen), short).kind).toBe("continue");
    expect(verdictAfter(times(4, seen), short)).toMatchObject({
      kind: "inconclusive",
      reason: expect.stringContaining(reason) as string,
    });
  });

  const window = { fromMs: 0, toMs: 30_000, canary: side(5_000, 0), stable: side(45_000, 0) };
  it.each([
    ["late counts", { ...window, toMs: 1_000 }, "late"],
    ["counts of the time before the step", { ...window, fromMs: -1 }, "before this step"],
    ["counts over no time", { ...window, toMs: 0 }, "cover no time"],
    ["counts over an unknown time", { ...window, toMs: Number.NaN }, "cover no time"],
  ])("%s", (_what, counts, reason) => {
    const late: Sample = { ...sample(3, {}), traffic: { kind: "counted", window: counts } };
    const analysis = analysisOfSamples([late]);
    expect(analysis.missing).toContain(reason);
    expect(analysis.errors.canary.requests).toBe(0);
  });

  it("the same counts, reported again", () => {
    const first = { ...sample(1, {}), atMs: 30_000 };
    const analysis = analysisOfSamples([first, { ...first, atMs: 60_000 }, { ...first, atMs: 60_000 }]);
    expect(analysis.errors.canary.requests).toBe(1_000);
    expect(verdictOf(analysis, POLICY)).toEqual({ kind: "continue" });
  });

  it("metrics that go missing after good ones", () => {
    const lost = addMissingSample(analysisOf(times(2, {})), "Prometheus: connection refused");
    expect(verdictOf(lost, POLICY)).toEqual({ kind: "continue" });
  });
});

describe("a step of the full weight", () => {
  it("compares with what the stable release did in the step before", () => {
    const errors = { canary: side(1_000, 20), stable: side(9_000, 180) };
    const before = analysisOf(times(3, errors));
    const now = analysisOf(times(3, { canary: side(10_000, 200), stable: side(3, 3) }), { weight: 100, before });
    expect(verdictOf(now, POLICY)).toEqual({ kind: "promote" });
    const worse = analysisOf([{ canary: side(10_000, 700), stable: side(3, 0) }], { weight: 100, before });
    expect(verdictOf(worse, POLICY)).toMatchObject({ kind: "abort" });
  });

  it("never promotes by traffic when there was nothing to compare with", () => {
    const verdict = verdictAfter(times(8, { stable: side(0, 0) }), POLICY, 100);
    expect(verdict).toMatchObject({ kind: "inconclusive" });
  });
});

describe("a platform without a gateway that counts", () => {
  it("is judged by its health alone", () => {
    const policy: AnalysisPolicy = { ...POLICY, metrics: "none" };
    const unavailable = { kind: "unavailable", reason: "no gateway" } as const;
    const samples = [1, 2, 3].map((number) => ({ ...sample(number, {}), traffic: unavailable }));
    expect(verdictOf(analysisOfSamples(samples, { policy }), policy)).toEqual({ kind: "promote" });
    expect(verdictOf(analysisOfSamples(samples), POLICY)).toEqual({ kind: "continue" });
  });
});
