import { describe, expect, it } from "vitest";
import {
  healthReport,
  httpStatus,
  overallStatus,
  type CheckedLink,
  type LinkState,
} from "../../docker/reference-workload/src/health.ts";

const connected: LinkState = { kind: "connected" };
const unreachable: LinkState = { kind: "unreachable", reason: "connection refused" };
const absent: LinkState = { kind: "absent", reason: "not deployed" };
const link = (name: string, required: boolean, state: LinkState): CheckedLink => ({ name, required, state });

describe("the health of a service", () => {
  it("is unhealthy as soon as one required link is unreachable or absent", () => {
    expect(overallStatus([link("a", true, connected), link("b", true, unreachable)])).toBe("unhealthy");
    expect(overallStatus([link("a", true, absent)])).toBe("unhealthy");
  });

  it("is degraded when only optional links are unreachable", () => {
    expect(overallStatus([link("a", true, connected), link("b", false, unreachable)])).toBe("degraded");
  });

  it("stays healthy when the stack leaves an optional link out", () => {
    expect(overallStatus([link("a", true, connected), link("b", false, absent)])).toBe("healthy");
    expect(overallStatus([])).toBe("healthy");
  });

  it("answers 503 only when unhealthy", () => {
    expect((["healthy", "degraded", "unhealthy"] as const).map(httpStatus)).toEqual([200, 200, 503]);
  });

  const identity = { service: "crm", version: "1.0.0", startedAt: new Date("2026-01-01T00:00:00Z") };
  const now = new Date("2026-01-01T00:01:30Z");

  it("reports in seed 004's form", () => {
    const links = [
      link("database", true, connected),
      link("redis", false, unreachable),
      link("vectors", false, absent),
    ];
    expect(healthReport(identity, links, now, true)).toEqual({
      status: "degraded",
      service: "crm",
      version: "1.0.0",
      timestamp: "2026-01-01T00:01:30.000Z",
      uptime: 90,
      dependencies: {
        database: "connected",
        redis: "unreachable: connection refused",
        vectors: "absent: not deployed",
      },
    });
  });

  it("is unhealthy while it drains, whatever its links say", () => {
    expect(healthReport(identity, [link("database", true, connected)], now, false).status).toBe("unhealthy");
  });
});
