import type {
  LatencyHistogram,
  Sample,
  ServiceSample,
  SideTraffic,
} from "../../../../delivery/release/analysis/sample.ts";

/** Bounds of the buckets in seconds: Traefik's own. */
export const BOUNDS = [0.1, 0.3, 1.2, 5];

export const GOOD: ServiceSample = { service: "crm", quality: "good", reason: "" };
export const FAILED: ServiceSample = { service: "crm", quality: "failed", reason: "HTTP 503" };
export const DEGRADED: ServiceSample = { service: "crm", quality: "degraded", reason: "redis: down" };

export function fast(requests: number): LatencyHistogram {
  return { bounds: BOUNDS, counts: [requests, 0, 0, 0, 0] };
}

export function side(requests: number, errors: number, latency = fast(requests)): SideTraffic {
  return { requests, errors, latency };
}

interface Seen {
  readonly canary?: SideTraffic;
  readonly stable?: SideTraffic;
  readonly canaryHealth?: readonly ServiceSample[];
  readonly stableHealth?: readonly ServiceSample[];
}

/** The `number`th sample of a step that began at 0, 30 s after the one before it. */
export function sample(number: number, seen: Seen): Sample {
  const { canary = side(1_000, 0), stable = side(9_000, 0), canaryHealth = [GOOD], stableHealth = [GOOD] } = seen;
  const atMs = number * 30_000;
  return {
    atMs,
    health: { canary: canaryHealth, stable: stableHealth },
    traffic: { kind: "counted", window: { fromMs: atMs - 30_000, toMs: atMs, canary, stable } },
  };
}
