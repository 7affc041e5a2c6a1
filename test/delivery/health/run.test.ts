import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../delivery/cluster-client/http-get.ts";
import { DEFAULT_HEALTH_POLICY } from "../../../delivery/health/policy.ts";
import { runHealthChecks, type HealthPorts, type ProbeGet } from "../../../delivery/health/run.ts";
import { crm, frontend, healthyBody } from "./check-fixtures.ts";

const healthyAnswer: HttpAnswer = {
  status: 200,
  contentType: "application/json",
  location: "",
  body: JSON.stringify(healthyBody),
};

/** Time passes only by sleeping. */
function portsWith(get: ProbeGet, stop = new AbortController()): HealthPorts & { readonly slept: number[] } {
  let nowMs = Date.UTC(2026, 10, 21);
  const slept: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    slept.push(ms);
    nowMs += ms;
    return Promise.resolve();
  };
  return { get: { nodePort: get, serviceProxy: get }, clock: { now: () => nowMs, sleep }, signal: stop.signal, slept };
}

const refused: ProbeGet = () => Promise.reject(new Error("connection refused"));

describe("a run of health checks", () => {
  it("asks once where the first answer is good", async () => {
    const ports = portsWith(() => Promise.resolve(healthyAnswer));
    const report = await runHealthChecks([crm], DEFAULT_HEALTH_POLICY, ports);
    expect(report.outcome).toBe("healthy");
    expect(report.services[0]?.probes).toBe(1);
    expect(ports.slept).toEqual([]);
  });

  it("asks three times, 30 seconds apart, before it calls a service unhealthy", async () => {
    const ports = portsWith(refused);
    const report = await runHealthChecks([crm], DEFAULT_HEALTH_POLICY, ports);
    expect(report.outcome).toBe("unhealthy");
    expect(report.services[0]).toMatchObject({ status: "unhealthy", probes: 3, reason: "connection refused" });
    expect(ports.slept).toEqual([30_000, 30_000]);
  });

  it("takes a shorter interval when told, and gives each probe the policy's timeout", async () => {
    const timeouts: number[] = [];
    const ports = portsWith((_url, { timeoutMs }) => {
      timeouts.push(timeoutMs);
      return Promise.reject(new Error("no answer"));
    });
    await runHealthChecks([crm], { intervalSeconds: 1, timeoutSeconds: 2, failureThreshold: 2 }, ports);
    expect(ports.slept).toEqual([1_000]);
    expect(timeouts).toEqual([2_000, 2_000]);
  });

  it("is unhealthy when only one of the services is", async () => {
    const ports = portsWith((url, options) =>
      url === frontend.url ? refused(url, options) : Promise.resolve(healthyAnswer),
    );
    const report = await runHealthChecks([crm, frontend], DEFAULT_HEALTH_POLICY, ports);
    expect(report.outcome).toBe("unhealthy");
    expect(report.counts).toEqual({ healthy: 1, degraded: 0, unhealthy: 1, pending: 0 });
  });

  it("reports what was not decided as pending when it is stopped", async () => {
    const stop = new AbortController();
    const ports = portsWith((url, options) => {
      stop.abort();
      return refused(url, options);
    }, stop);
    const report = await runHealthChecks([crm], DEFAULT_HEALTH_POLICY, ports);
    expect(report.services[0]).toMatchObject({ status: "pending", reason: "not probed" });
    expect(report.outcome).toBe("unhealthy");
  });
});
