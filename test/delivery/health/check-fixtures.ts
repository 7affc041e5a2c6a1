import type { ProbeObservation } from "../../../delivery/health/answer.ts";
import type { HealthCheck } from "../../../delivery/health/policy.ts";

/** The CRM of seed 004, as the stack declares it. */
export const crm: HealthCheck = {
  platform: "bizosaas",
  service: "crm",
  url: "http://localhost:30104/health",
  kind: "nodePort",
  expect: { status: 200, contentType: "application/json" },
};

/** The page of seed 004's script. */
export const frontend: HealthCheck = {
  platform: "bizosaas",
  service: "frontend",
  url: "http://localhost:30100/",
  kind: "nodePort",
  expect: { status: 200, contentType: "text/html" },
};

/** Seed 004's example answer, with the uptime of its task list. */
export const healthyBody = {
  status: "healthy",
  service: "crm",
  version: "1.0.0",
  timestamp: "2026-11-21T10:00:00Z",
  uptime: 187,
  dependencies: { database: "connected", redis: "connected" },
};

export function answered(
  body: unknown,
  { status = 200, contentType = "application/json", latencyMs = 12 } = {},
): ProbeObservation {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { atMs: 0, latencyMs, outcome: { kind: "answer", status, contentType, body: text } };
}

export function unanswered(reason = "connection refused"): ProbeObservation {
  return { atMs: 0, latencyMs: 3, outcome: { kind: "noAnswer", reason } };
}
