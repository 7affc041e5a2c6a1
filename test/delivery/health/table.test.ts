import { describe, expect, it } from "vitest";
import { observe, unprobed } from "../../../delivery/health/evaluate.ts";
import { DEFAULT_HEALTH_POLICY } from "../../../delivery/health/policy.ts";
import { healthReport, type HealthReport } from "../../../delivery/health/report.ts";
import { formatHealthTable } from "../../../delivery/health/table.ts";
import { answered, crm, frontend, healthyBody, unanswered } from "./check-fixtures.ts";

const once = { ...DEFAULT_HEALTH_POLICY, failureThreshold: 1 };

function report(): HealthReport {
  const slow = answered(
    { ...healthyBody, dependencies: { database: "connected", redis: "down" } },
    { latencyMs: 240.4 },
  );
  return healthReport(
    [observe(unprobed(crm), slow, once), observe(unprobed(frontend), unanswered(), once)],
    once,
    Date.UTC(2026, 10, 21, 10),
  );
}

describe("the health table", () => {
  it("has a line for each service, its dependencies ticked or crossed, and a summary", () => {
    expect(formatHealthTable(report(), { color: false })).toBe(`\
┌───────────────────┬───────────────────────────────┬───────────┬─────────┬─────────┬────────┬──────────────┬───────────────────────────────┐
│ Service           │ URL                           │ Status    │ Latency │ Version │ Uptime │ Dependencies │ Reason                        │
├───────────────────┼───────────────────────────────┼───────────┼─────────┼─────────┼────────┼──────────────┼───────────────────────────────┤
│ bizosaas/crm      │ http://localhost:30104/health │ degraded  │ 240 ms  │ 1.0.0   │ 3m 7s  │ ✓ database   │ redis: down                   │
│                   │                               │           │         │         │        │ ✗ redis      │ slower than the 100 ms target │
│ bizosaas/frontend │ http://localhost:30100/       │ unhealthy │ -       │ -       │ -      │ -            │ connection refused            │
└───────────────────┴───────────────────────────────┴───────────┴─────────┴─────────┴────────┴──────────────┴───────────────────────────────┘
1 degraded, 1 unhealthy
`);
  });

  it("shows a check through the API server by the service's own name", () => {
    const url = "/api/v1/namespaces/bizosaas-dev/services/bizosaas-crm:8004/proxy/health";
    const proxied = healthReport([unprobed({ ...crm, kind: "serviceProxy", url })], once, 0);
    expect(formatHealthTable(proxied, { color: false })).toContain("│ bizosaas-crm.bizosaas-dev:8004/health │ pending");
  });

  it("has colours only when told", () => {
    expect(formatHealthTable(report(), { color: true })).toContain("\u001b[31munhealthy\u001b[39m");
  });

  it("says so when there is nothing to check", () => {
    expect(formatHealthTable(healthReport([], once, 0), { color: false })).toContain("Nothing to check.");
  });
});

describe("the health report as JSON", () => {
  it("keeps its schema", () => {
    expect(JSON.parse(JSON.stringify(report()))).toEqual({
      schemaVersion: 1,
      outcome: "unhealthy",
      checkedAt: "2026-11-21T10:00:00.000Z",
      policy: { intervalSeconds: 30, timeoutSeconds: 10, failureThreshold: 1 },
      counts: { healthy: 0, degraded: 1, unhealthy: 1, pending: 0 },
      services: [
        {
          platform: "bizosaas",
          service: "crm",
          url: "http://localhost:30104/health",
          status: "degraded",
          latencyMs: 240,
          version: "1.0.0",
          uptimeSeconds: 187,
          dependencies: [
            { name: "database", state: "connected", detail: "connected" },
            { name: "redis", state: "failed", detail: "down" },
          ],
          reason: "redis: down",
          notes: ["slower than the 100 ms target"],
          probes: 1,
        },
        {
          platform: "bizosaas",
          service: "frontend",
          url: "http://localhost:30100/",
          status: "unhealthy",
          dependencies: [],
          reason: "connection refused",
          notes: [],
          probes: 1,
        },
      ],
    });
  });
});
