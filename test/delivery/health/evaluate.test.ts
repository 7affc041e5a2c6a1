import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProbeObservation } from "../../../delivery/health/answer.ts";
import { nextProbeAtMs, observe, unprobed, type CheckState } from "../../../delivery/health/evaluate.ts";
import { DEFAULT_HEALTH_POLICY } from "../../../delivery/health/policy.ts";
import { answered, crm, healthyBody, unanswered } from "./check-fixtures.ts";

const GOOD = answered(healthyBody);
const DEGRADED = answered({ status: "degraded" });
const FAILED = unanswered();
const policyOf = (failureThreshold: number) => ({ ...DEFAULT_HEALTH_POLICY, failureThreshold });

function after(observations: readonly ProbeObservation[], failureThreshold = 3): CheckState {
  return observations.reduce((state, seen) => observe(state, seen, policyOf(failureThreshold)), unprobed(crm));
}

describe("the state of a check", () => {
  it.each([
    ["pending", "before any probe", []],
    ["healthy", "after one good answer", [GOOD]],
    ["pending", "after two failures of three", [FAILED, FAILED]],
    ["unhealthy", "after three failures in a row", [FAILED, FAILED, FAILED]],
    ["healthy", "after a good answer that follows two failures", [FAILED, FAILED, GOOD]],
    ["healthy", "as long as fewer than three failures follow", [GOOD, FAILED, FAILED]],
    ["healthy", "when failures are interrupted", [GOOD, FAILED, FAILED, GOOD, FAILED, FAILED]],
    ["pending", "after one degraded answer", [DEGRADED]],
    ["degraded", "after three degraded answers", [DEGRADED, DEGRADED, DEGRADED]],
    ["degraded", "when it answers now and then, never well", [FAILED, DEGRADED, FAILED]],
    ["degraded", "when an unhealthy service answers again, not well yet", [FAILED, FAILED, FAILED, DEGRADED]],
    ["unhealthy", "when it went on failing after that", [FAILED, FAILED, FAILED, DEGRADED, FAILED, FAILED, FAILED]],
  ] as const)("is %s %s", (state, _when, observations) => {
    expect(after(observations).state).toBe(state);
  });

  const observations = fc.array(fc.constantFrom(GOOD, DEGRADED, FAILED), { maxLength: 30 });
  const thresholds = fc.integer({ min: 1, max: 6 });

  it("becomes unhealthy exactly when the last failureThreshold observations failed", () => {
    fc.assert(
      fc.property(observations, thresholds, (seen, threshold) => {
        const before = after(seen.slice(0, -1), threshold);
        const now = after(seen, threshold);
        const tail = seen.slice(-threshold);
        const allFailed = tail.length === threshold && tail.every((one) => one === FAILED);
        if (before.state !== "unhealthy") expect(now.state === "unhealthy").toBe(allFailed);
      }),
    );
  });

  it("is healthy after any history that ends well, with its count of failures back at zero", () => {
    fc.assert(
      fc.property(observations, thresholds, (seen, threshold) => {
        const now = after([...seen, GOOD], threshold);
        expect([now.state, now.consecutiveFailures, now.consecutiveNotGood]).toEqual(["healthy", 0, 0]);
      }),
    );
  });

  it("is decided after failureThreshold observations at the latest", () => {
    fc.assert(
      fc.property(observations, thresholds, (seen, threshold) => {
        if (seen.length >= threshold) expect(after(seen, threshold).state).not.toBe("pending");
      }),
    );
  });
});

describe("the next probe", () => {
  it("is due at once at first", () => {
    expect(nextProbeAtMs(unprobed(crm), DEFAULT_HEALTH_POLICY)).toBe(Number.NEGATIVE_INFINITY);
  });

  it("is due an interval after the start of the last", () => {
    const state = observe(unprobed(crm), { ...FAILED, atMs: 5_000, latencyMs: 9_000 }, DEFAULT_HEALTH_POLICY);
    expect(nextProbeAtMs(state, DEFAULT_HEALTH_POLICY)).toBe(35_000);
  });

  it("is not needed once the check is decided", () => {
    expect(nextProbeAtMs(after([GOOD]), DEFAULT_HEALTH_POLICY)).toBeUndefined();
  });
});
