import type { ServiceDeclaration } from "./service.ts";

/** One request of a check, and what its answer must be. */
export interface SyntheticRequest {
  /** Answers the request: a service of the platform. */
  readonly service: ServiceDeclaration;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query, as in `/tasks/create`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; text goes as it is. Left out: no body. */
  readonly body?: object | string;
  readonly expect: {
    /** The statuses that pass. */
    readonly status: readonly number[];
    /**
     * - `json`: any JSON object.
     * - `page`: an HTML page.
     * - `healthy`: a health report in which the service and all that it is linked to are well.
     * Default: the status alone decides.
     */
    readonly answer?: "json" | "page" | "healthy";
    /** Links that the service's health report must show as connected, by their names. Default: none. */
    readonly connected?: readonly string[];
  };
}

/** A real request, or several in turn, with expected answers, run against a deployed release. */
export interface SyntheticCheck {
  /** Unique in its platform. */
  readonly name: string;
  /** What it shows, and the seed that asks for it. */
  readonly purpose: string;
  /**
   * Where requests come in. `gateway`: by the service's route, where the stack has one. `service`: at the service itself.
   * Default `service`.
   */
  readonly through?: "gateway" | "service";
  /** For all of its requests together, in seconds. Default 15 (seed 003). */
  readonly timeoutSeconds?: number;
  /** Sent one after the other; the first that fails ends the check. */
  readonly requests: readonly SyntheticRequest[];
}

/** Seed 003, Test Details: each has 15 seconds. */
export const SYNTHETIC_TIMEOUT_SECONDS = 15;
