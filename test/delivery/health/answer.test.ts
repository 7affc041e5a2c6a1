import { describe, expect, it } from "vitest";
import { judge } from "../../../delivery/health/answer.ts";
import { answered, crm, frontend, healthyBody, unanswered } from "./check-fixtures.ts";

describe("one answer", () => {
  it("is good when the report is healthy, and yields version, uptime and every dependency", () => {
    expect(judge(crm, answered(healthyBody))).toEqual({
      quality: "good",
      reason: "",
      report: {
        version: "1.0.0",
        uptimeSeconds: 187,
        dependencies: [
          { name: "database", state: "connected", detail: "connected" },
          { name: "redis", state: "connected", detail: "connected" },
        ],
      },
    });
  });

  it("is degraded, with the reason, when a dependency is not connected", () => {
    const body = {
      ...healthyBody,
      dependencies: { database: "connected", redis: { status: "down", error: "timeout" } },
    };
    expect(judge(crm, answered(body))).toMatchObject({ quality: "degraded", reason: "redis: down; timeout" });
  });

  it("is good although an optional dependency was left out on purpose", () => {
    const body = { ...healthyBody, dependencies: { database: "connected", pubsub: "absent: disabled in this stack" } };
    const verdict = judge(crm, answered(body));
    expect(verdict.quality).toBe("good");
    expect(verdict.report.dependencies.map(({ state }) => state)).toEqual(["connected", "absent"]);
  });

  it("is degraded when the service says so itself", () => {
    const body = { status: "degraded", dependencies: { redis: "disconnected" } };
    expect(judge(crm, answered(body)).quality).toBe("degraded");
    expect(judge(crm, answered(body)).reason).toBe('reports "degraded"; redis: disconnected');
  });

  it("is degraded when an expected dependency is not in the report", () => {
    const verdict = judge({ ...crm, dependencies: ["database", "pubsub"] }, answered(healthyBody));
    expect(verdict.quality).toBe("degraded");
    expect(verdict.report.dependencies.at(-1)).toEqual({
      name: "pubsub",
      state: "failed",
      detail: "not in the report",
    });
  });

  it("fails on another HTTP status, and still shows the broken dependency", () => {
    const body = { status: "unhealthy", dependencies: { database: "disconnected" } };
    const verdict = judge(crm, answered(body, { status: 503 }));
    expect(verdict).toMatchObject({ quality: "failed", reason: "HTTP 503; database: disconnected" });
    expect(verdict.report.dependencies).toHaveLength(1);
  });

  it("fails on a status 200 whose report says unhealthy", () => {
    expect(judge(crm, answered({ status: "unhealthy" }))).toMatchObject({
      quality: "failed",
      reason: 'reports "unhealthy"',
    });
  });

  it.each([
    ["a page", "<html></html>"],
    ["JSON without a status", "{}"],
    ["nothing", ""],
  ])("fails on %s where a health report is expected", (_what, body) => {
    expect(judge(crm, answered(body)).reason).toBe("the answer is no health report (JSON with a status)");
  });

  it("fails without an answer, with the cause", () => {
    expect(judge(crm, unanswered())).toMatchObject({ quality: "failed", reason: "connection refused" });
  });

  it("says what the API server says when its proxy finds no such service", () => {
    const body = { kind: "Status", status: "Failure", message: 'services "crm" not found', code: 404 };
    expect(judge(crm, answered(body, { status: 404 })).reason).toBe('HTTP 404; services "crm" not found');
  });

  it("names the target of a redirect instead of following it", () => {
    const redirect = { kind: "answer" as const, status: 302, contentType: "", location: "/login", body: "" };
    expect(judge(crm, { atMs: 0, latencyMs: 1, outcome: redirect }).reason).toBe("HTTP 302 to /login");
  });
});

describe("a page", () => {
  const page = "<!DOCTYPE html><html><body>BizOSaaS</body></html>";

  it("is good with any 2xx and HTML", () => {
    expect(judge(frontend, answered(page, { status: 203, contentType: "text/html" })).quality).toBe("good");
  });

  it("is not made of JSON", () => {
    expect(judge(frontend, answered(healthyBody))).toMatchObject({
      quality: "failed",
      reason: "not an HTML page but application/json",
    });
  });

  it("is not an error page", () => {
    expect(judge(frontend, answered(page, { status: 500, contentType: "text/html" })).reason).toBe("HTTP 500");
  });
});

describe("a check that expects no particular body", () => {
  it("is good with plain text", () => {
    const check = { ...crm, expect: { status: 200 } };
    expect(judge(check, answered("ok", { contentType: "text/plain" })).quality).toBe("good");
  });
});
