import type { Deployment, Pod } from "../../../../delivery/watch/kubernetes-objects.ts";
import { describe, expect, it } from "vitest";
import type { DependencyHealth } from "../../../../delivery/health/answer.ts";
import type { HealthReport } from "../../../../delivery/health/report.ts";
import { readinessChecks } from "../../../../delivery/release/cluster/readiness.ts";
import { routesFollowed, routeStatuses } from "../../../../delivery/release/cluster/route-status.ts";
import { sidePlatform } from "../engine/release-stack.ts";
import { VirtualTime } from "../world/virtual-time.ts";

const health = (
  dependencies: readonly DependencyHealth[] = [],
  status: "healthy" | "unhealthy" = "healthy",
): HealthReport => ({
  schemaVersion: 1,
  outcome: "healthy",
  checkedAt: "",
  policy: { intervalSeconds: 3, timeoutSeconds: 10, failureThreshold: 3 },
  counts: { healthy: 1, degraded: 0, unhealthy: 0, pending: 0 },
  services: [
    {
      platform: "shop",
      service: "CRM",
      url: "",
      status,
      latencyMs: 5,
      dependencies,
      reason: "HTTP 503",
      notes: [],
      probes: 1,
    },
  ],
});
const deployment = (ready: number): Deployment => ({
  metadata: { name: "crm", generation: 2 },
  spec: { replicas: 2, selector: {}, template: {} },
  status: { observedGeneration: 2, readyReplicas: ready, updatedReplicas: 2 },
});
const pod = (restartCount: number, reason?: string) =>
  ({
    metadata: { name: "crm-x" },
    status: {
      containerStatuses: [
        { name: "crm", restartCount, lastState: reason === undefined ? {} : { terminated: { reason, exitCode: 137 } } },
      ],
    },
  }) as unknown as Pod;
const ready = { health: health(), deployments: [deployment(2)], pods: [pod(0)] };
const failed = (standing: Parameters<typeof readinessChecks>[0]) =>
  readinessChecks(standing)
    .filter(({ passed }) => !passed)
    .map(({ name, detail }) => `${name}: ${detail}`);

describe("the readiness of a platform", () => {
  it("is a check for each of seed 003's areas", () => {
    expect(readinessChecks({ ...ready, routes: [] }).map(({ name }) => name)).toEqual([
      "CRM",
      "Kubernetes resources",
      "Network connectivity",
      "Database connectivity",
      "Resource use",
      "Gateway",
    ]);
    expect(failed(ready)).toEqual([]);
  });

  it.each([
    ["a service is unhealthy", { ...ready, health: health([], "unhealthy") }, "CRM: unhealthy: HTTP 503"],
    ["pods are missing", { ...ready, deployments: [deployment(1)] }, "Kubernetes resources: crm has 1 of 2 pods ready"],
    [
      "the database is lost",
      { ...ready, health: health([{ name: "database", state: "failed", detail: "timeout" }]) },
      "Database connectivity: CRM to database: timeout",
    ],
    [
      "another service is lost",
      { ...ready, health: health([{ name: "identity", state: "failed", detail: "timeout" }]) },
      "Network connectivity: CRM to identity: timeout",
    ],
    [
      "memory is too small",
      { ...ready, pods: [pod(1, "OOMKilled")] },
      "Resource use: crm-x/crm was killed at its memory limit",
    ],
    ["a pod keeps restarting", { ...ready, pods: [pod(4)] }, "Resource use: crm-x/crm restarted 4 times"],
    [
      "the gateway refuses a route",
      { ...ready, routes: [{ name: "crm", accepted: false, detail: "no listener" }] },
      "Gateway: crm: no listener",
    ],
  ] as const)("fails when %s", (_when, standing, problem) => {
    expect(failed(standing)).toEqual([problem]);
  });
});

describe("a route at the gateway", () => {
  const platform = sidePlatform(10);
  const live = (generation: number, observedGeneration: number, resolved = "True") =>
    platform.routes.map(({ objectName }) => ({
      metadata: { name: objectName, generation },
      status: {
        parents: [
          {
            conditions: [
              { type: "Accepted", status: "True", observedGeneration },
              { type: "ResolvedRefs", status: resolved, message: "no Service", observedGeneration },
            ],
          },
        ],
      },
    }));
  const cluster = (...answers: readonly object[][]) => {
    const left = [...answers];
    return { list: () => Promise.resolve((left.length > 1 ? left.shift() : left[0]) ?? []) };
  };

  it("is accepted when the gateway has seen this very version of it", async () => {
    const accepted = async (objects: object[]) =>
      (await routeStatuses(cluster(objects), platform))?.every((one) => one.accepted);
    expect(await accepted(live(2, 2))).toBe(true);
    expect(await accepted(live(2, 1))).toBe(false);
    expect(await accepted(live(2, 2, "False"))).toBe(false);
    expect(await accepted([])).toBe(false);
  });

  it("is waited for", async () => {
    const time = new VirtualTime(0);
    const { signal } = new AbortController();
    await time.until(routesFollowed(cluster(live(2, 1), live(2, 1), live(2, 2)), platform, time, signal));
    expect(time.now()).toBe(2_000);
    await expect(time.until(routesFollowed(cluster(live(2, 1)), platform, time, signal))).rejects.toThrow(
      "the gateway has not taken up",
    );
  });
});
