/** Decides how often a deployed thing is asked and when it counts as unhealthy (seed 003, "Health Checks"). */
export interface HealthPolicy {
  /** Seconds from the start of one probe to the start of the next. */
  readonly intervalSeconds: number;
  /** Seconds a service has for its whole answer. */
  readonly timeoutSeconds: number;
  /** Failures in a row that make it unhealthy. */
  readonly failureThreshold: number;
}

/** Seed 003: every 30 seconds, 10 seconds per service, 3 consecutive failures. */
export const DEFAULT_HEALTH_POLICY: HealthPolicy = { intervalSeconds: 30, timeoutSeconds: 10, failureThreshold: 3 };

/** Seed 004, "Health check response time": slower answers are noted, and are no failure. */
export const LATENCY_TARGET_MS = 100;

/** One thing to ask, as the resolved platform names it. */
export interface HealthCheck {
  readonly platform: string;
  readonly service: string;
  /**
   * `nodePort`: a full URL on the loopback interface.
   * `serviceProxy`: a path of the API server, `/api/v1/namespaces/NS/services/NAME:PORT/proxy/health`, for services
   * that have no NodePort.
   */
  readonly kind: "nodePort" | "serviceProxy";
  readonly url: string;
  readonly expect: {
    readonly status: number;
    /**
     * `text/html`: a page; any 2xx will do. `application/json`: the health report of seed 004, without which the check
     * fails. Left out: a report is read where there is one.
     */
    readonly contentType?: "text/html" | "application/json";
  };
  /** Dependencies that the report has to account for; one that it leaves out makes the service degraded. */
  readonly dependencies?: readonly string[];
}
