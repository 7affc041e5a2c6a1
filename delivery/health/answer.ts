import { z } from "zod";
import type { HealthCheck } from "./policy.ts";

/** What one probe saw. Times are data: nothing here reads a clock. */
export interface ProbeObservation {
  /** Start of the probe, in milliseconds since 1970. */
  readonly atMs: number;
  /** From the request to the end of its answer, in milliseconds. */
  readonly latencyMs: number;
  readonly outcome:
    | {
        readonly kind: "answer";
        readonly status: number;
        readonly contentType: string;
        readonly location?: string;
        readonly body: string;
      }
    | { readonly kind: "noAnswer"; readonly reason: string };
}

/** One dependency as the service sees it. */
export interface DependencyHealth {
  readonly name: string;
  /** `absent`: an optional dependency that the stack leaves out on purpose, which is no fault. */
  readonly state: "connected" | "failed" | "absent";
  /** In the service's own words: `connected`, `timeout after 2 s`. */
  readonly detail: string;
}

/** What a service says of itself, as far as it says it. */
export interface ServiceReport {
  readonly version?: string;
  readonly uptimeSeconds?: number;
  readonly dependencies: readonly DependencyHealth[];
}

/** The judgement on one answer. */
export interface Verdict {
  readonly quality: "good" | "degraded" | "failed";
  /** Why it is not good; empty when it is. */
  readonly reason: string;
  readonly report: ServiceReport;
}

const dependencySchema = z.union([
  z.string(),
  z.boolean(),
  z.looseObject({ status: z.string(), error: z.string().optional(), detail: z.string().optional() }),
]);

/** Seed 004, "Health Check Endpoint Implementation", and the uptime that its task list asks for. */
const healthBodySchema = z.looseObject({
  status: z.string(),
  version: z.string().optional(),
  uptime: z.union([z.number(), z.string()]).optional(),
  dependencies: z.record(z.string(), dependencySchema).optional(),
});

type HealthBody = z.infer<typeof healthBodySchema>;

const GOOD_STATUSES = new Set(["healthy", "ok", "up", "pass", "alive", "ready"]);
const GOOD_DEPENDENCIES = new Set(["connected", "healthy", "ok", "up", "pass", "available", "reachable"]);
const NO_REPORT: ServiceReport = { dependencies: [] };

/** Judges one observation by what the check expects. */
export function judge(check: HealthCheck, observation: ProbeObservation): Verdict {
  const { outcome } = observation;
  if (outcome.kind === "noAnswer") return { quality: "failed", reason: outcome.reason, report: NO_REPORT };
  const body = check.expect.contentType === "text/html" ? undefined : parseHealthBody(outcome.body);
  const report = body ? reportOf(body, check.dependencies ?? []) : NO_REPORT;
  if (!statusFits(check, outcome.status)) {
    return {
      quality: "failed",
      reason: joined([statusReason(outcome), apiServerSays(outcome.body), brokenDependencies(report)]),
      report,
    };
  }
  const { contentType } = check.expect;
  if (contentType === "text/html" && !isPage(outcome)) {
    return { quality: "failed", reason: `not an HTML page but ${outcome.contentType || "no content type"}`, report };
  }
  if (contentType === "application/json" && !body) {
    return { quality: "failed", reason: "the answer is no health report (JSON with a status)", report };
  }
  return body ? judgeReport(body, report) : { quality: "good", reason: "", report };
}

function judgeReport(body: HealthBody, report: ServiceReport): Verdict {
  const broken = brokenDependencies(report);
  const status = body.status.toLowerCase();
  if (GOOD_STATUSES.has(status) && broken === "") return { quality: "good", reason: "", report };
  if (GOOD_STATUSES.has(status)) return { quality: "degraded", reason: broken, report };
  const reason = joined([`reports "${body.status}"`, broken]);
  return { quality: status === "degraded" ? "degraded" : "failed", reason, report };
}

function statusFits(check: HealthCheck, status: number): boolean {
  if (check.expect.contentType === "text/html") return status >= 200 && status < 300;
  return status === check.expect.status;
}

function statusReason(outcome: { readonly status: number; readonly location?: string }): string {
  return outcome.location ? `HTTP ${outcome.status} to ${outcome.location}` : `HTTP ${outcome.status}`;
}

const apiStatusSchema = z.looseObject({ kind: z.literal("Status"), message: z.string() });

/** A service proxy that finds no service or no ready pod answers with the API server's own Status object. */
function apiServerSays(body: string): string {
  return apiStatusSchema.safeParse(parseJson(body)).data?.message ?? "";
}

function isPage(outcome: { readonly contentType: string; readonly body: string }): boolean {
  return outcome.contentType === "text/html" && /<(!doctype html|html|head|body)\b/i.test(outcome.body);
}

function parseHealthBody(text: string): HealthBody | undefined {
  return healthBodySchema.safeParse(parseJson(text)).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reportOf(body: HealthBody, expected: readonly string[]): ServiceReport {
  const reported = Object.entries(body.dependencies ?? {}).map(([name, value]) => dependencyOf(name, value));
  const missing = expected
    .filter((name) => !reported.some((dependency) => dependency.name === name))
    .map((name) => ({ name, state: "failed" as const, detail: "not in the report" }));
  const uptime = uptimeSeconds(body.uptime);
  return {
    ...(body.version === undefined ? {} : { version: body.version }),
    ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
    dependencies: [...reported, ...missing],
  };
}

function dependencyOf(name: string, value: z.infer<typeof dependencySchema>): DependencyHealth {
  if (typeof value === "boolean") {
    return value
      ? { name, state: "connected", detail: "connected" }
      : { name, state: "failed", detail: "not connected" };
  }
  const status = typeof value === "string" ? value : value.status;
  const detail = typeof value === "string" ? value : joined([value.status, value.error ?? value.detail ?? ""]);
  return { name, state: dependencyState(status.toLowerCase()), detail };
}

function dependencyState(status: string): DependencyHealth["state"] {
  if (GOOD_DEPENDENCIES.has(status)) return "connected";
  return /^absent\b/.test(status) ? "absent" : "failed";
}

function uptimeSeconds(value: number | string | undefined): number | undefined {
  if (value === undefined || value === "") return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds : undefined;
}

function brokenDependencies(report: ServiceReport): string {
  return report.dependencies
    .filter((dependency) => dependency.state === "failed")
    .map((dependency) => `${dependency.name}: ${dependency.detail}`)
    .join(", ");
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("; ");
}
