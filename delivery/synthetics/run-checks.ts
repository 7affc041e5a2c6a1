import {
  SYNTHETIC_TIMEOUT_SECONDS,
  type SyntheticCheck,
  type SyntheticRequest,
} from "../../model/declaration/synthetic-check.ts";
import type { HttpAnswer } from "../cluster-client/http-get.ts";
import type { CheckResult } from "../release/activity.ts";
import { problemOf } from "./judge.ts";

/** What is sent for one request of a check. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One way to a service. */
export interface Entrance {
  /** Sends, and gives back whatever is answered; rejects where nothing is. */
  readonly send: (
    request: SentRequest,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ) => Promise<HttpAnswer>;
  /** The names of the service's links. */
  readonly links: readonly string[];
  /** What a report says beside the result, such as that the reference workload answered. Empty for nothing. */
  readonly remark: string;
}

/** What running checks needs from around it. */
export interface CheckPorts {
  /** Where a request goes; an Error says why it cannot go anywhere. */
  readonly entranceOf: (request: SyntheticRequest, check: SyntheticCheck) => Entrance | Error;
  /** Milliseconds, growing. */
  readonly now: () => number;
}

/**
 * Runs checks in parallel, the requests of each in turn. A check that fails, or whose time is over, is a result.
 *
 * @param signal ends those that still run; they have failed.
 */
export function runChecks(
  checks: readonly SyntheticCheck[],
  ports: CheckPorts,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  return Promise.all(checks.map((check) => runCheck(check, ports, signal)));
}

async function runCheck(check: SyntheticCheck, ports: CheckPorts, signal: AbortSignal): Promise<CheckResult> {
  const { name, requests, timeoutSeconds = SYNTHETIC_TIMEOUT_SECONDS } = check;
  const started = ports.now();
  const limitMs = timeoutSeconds * 1000;
  const stop = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const result = (passed: boolean, detail: string): CheckResult => ({
    name,
    passed,
    detail,
    durationMs: Math.round(ports.now() - started),
  });
  const said = new Set<string>();
  for (const request of requests) {
    const at = `${request.method ?? "GET"} ${request.path} at ${request.service.name}`;
    const entrance = ports.entranceOf(request, check);
    if (entrance instanceof Error) return result(false, `${at}: ${entrance.message}`);
    const answer = await entrance.send(sent(request), { timeoutMs: limitMs, signal: stop }).catch(asError);
    if (answer instanceof Error) {
      const why = stop.aborted && !signal.aborted ? `no answer within ${timeoutSeconds} s` : answer.message;
      return result(false, `${at}: ${why}`);
    }
    const problem = problemOf(request, answer, entrance.links);
    if (problem !== "") return result(false, `${at}: ${problem}`);
    said.add(`HTTP ${answer.status}${entrance.remark === "" ? "" : ` ${entrance.remark}`}`);
  }
  return result(true, [...said].join(", "));
}

function sent({ method = "GET", path, headers = {}, body }: SyntheticRequest): SentRequest {
  if (body === undefined) return { method, path, headers };
  if (typeof body === "string") return { method, path, headers, body };
  return { method, path, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
