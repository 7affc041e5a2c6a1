import { ApiException } from "@kubernetes/client-node";
import pRetry from "p-retry";

/** How long a call is told again, in milliseconds: an API server restarts within it, and a lock outlives it. */
const PATIENCE = 20_000;

/** Tells a call of the API server again while it fails for a reason that passes: no answer, too many requests, its own faults. */
export function retried<T>(call: () => Promise<T>, patienceMs = PATIENCE): Promise<T> {
  return pRetry(call, {
    retries: 20,
    minTimeout: 250,
    maxTimeout: 2_000,
    maxRetryTime: patienceMs,
    shouldRetry: ({ error }) => isPassing(error),
  });
}

/** Whether the same call may succeed later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiException) return error.code === 429 || error.code >= 500;
  return error instanceof Error && ("code" in error || error.name === "AbortError" || error.name === "TimeoutError");
}
