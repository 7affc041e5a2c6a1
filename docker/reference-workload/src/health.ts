/** What one check of one link found. */
export type LinkState =
  | { readonly kind: "connected" }
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "absent"; readonly reason: string };

export interface CheckedLink {
  readonly name: string;
  readonly required: boolean;
  readonly state: LinkState;
}

export type HealthStatus = "healthy" | "degraded" | "unhealthy";

/** The answer of `/health` (seed 004, 1.2.1). */
export interface HealthReport {
  readonly status: HealthStatus;
  readonly service: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  /** Seconds since the process started to serve. */
  readonly uptime: number;
  /** By link name: `connected`, `unreachable: <reason>` or `absent: <reason>`. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Unhealthy when a required link does not answer, degraded when only optional ones do not.
 *
 * An optional link that the stack leaves out on purpose is as declared, hence no degradation.
 */
export function overallStatus(links: readonly CheckedLink[]): HealthStatus {
  if (links.some((link) => link.required && link.state.kind !== "connected")) return "unhealthy";
  return links.some((link) => link.state.kind === "unreachable") ? "degraded" : "healthy";
}

/** 503 tells Kubernetes and the health script to stay away; a degraded service still serves. */
export function httpStatus(status: HealthStatus): 200 | 503 {
  return status === "unhealthy" ? 503 : 200;
}

export function describeState(state: LinkState): string {
  return state.kind === "connected" ? "connected" : `${state.kind}: ${state.reason}`;
}

export interface Identity {
  readonly service: string;
  readonly version: string;
  readonly startedAt: Date;
}

/** Builds the report of one moment. A draining process is unhealthy whatever its links say. */
export function healthReport(
  identity: Identity,
  links: readonly CheckedLink[],
  now: Date,
  serving: boolean,
): HealthReport {
  return {
    status: serving ? overallStatus(links) : "unhealthy",
    service: identity.service,
    version: identity.version,
    timestamp: now.toISOString(),
    uptime: Math.max(0, Math.round((now.getTime() - identity.startedAt.getTime()) / 1000)),
    dependencies: Object.fromEntries(links.map((link) => [link.name, describeState(link.state)])),
  };
}
