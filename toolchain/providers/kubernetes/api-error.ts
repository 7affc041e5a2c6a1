import { isMap, type PropertyValue } from "../protocol/values.ts";
import { listAt, textAt } from "./object.ts";

/** An answer of the API server that is an error: its `Status` object. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  /** Kubernetes' word for it: `NotFound`, `Conflict`, `Invalid`, `Forbidden`. */
  readonly reason: string;
  readonly status: PropertyValue;

  constructor(code: number, status: PropertyValue, body: string) {
    super(textAt(status, "message") || `the API server answered ${code}: ${body.slice(0, 200)}`);
    this.code = code;
    this.reason = textAt(status, "reason");
    this.status = status;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** Whether the object's namespace is what is missing, or is on its way out. */
export function isNamespaceMissing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.code === 404) return /namespaces? ".*" not found/.test(error.message);
  return error.code === 403 && listAt(error.status, "details", "causes").some(isTerminating);
}

function isTerminating(cause: PropertyValue): boolean {
  return isMap(cause) && cause["reason"] === "NamespaceTerminating";
}

/** The managers that own the fields a server-side apply wanted, from an error such as `conflict with "kubectl" using v1`. */
export function conflictingManagers(error: unknown): string[] {
  if (!(error instanceof ApiError) || error.code !== 409) return [];
  const causes = listAt(error.status, "details", "causes").map((cause) => textAt(cause, "message"));
  return [...new Set(causes.flatMap((text) => /conflict with "([^"]+)"/.exec(text)?.[1] ?? []))];
}

/** Whether an error means that the server is down or starting, and trying again is worth it. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.code === 429 || error.code === 503 || error.code === 504;
  if (!(error instanceof Error) || error.name === "AbortError") return false;
  const code = "code" in error ? String(error.code) : "";
  return ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED"].includes(code);
}
