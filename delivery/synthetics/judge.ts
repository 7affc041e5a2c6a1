import type { SyntheticRequest } from "../../model/declaration/synthetic-check.ts";
import type { HttpAnswer } from "../cluster-client/http-get.ts";
import { judge } from "../health/answer.ts";
import type { HealthCheck } from "../health/policy.ts";

/** Longest piece of an answer that a report quotes, in characters. */
const QUOTE_LIMIT = 120;

/**
 * What is wrong with an answer; empty when it passes.
 *
 * @param links The names of the service's links, all of which a healthy one reports on.
 */
export function problemOf(request: SyntheticRequest, answer: HttpAnswer, links: readonly string[]): string {
  const { status, answer: shape, connected = [] } = request.expect;
  if (!status.includes(answer.status))
    return `HTTP ${answer.status} instead of ${status.join(" or ")}${quoted(answer)}`;
  switch (shape) {
    case "json":
      return isJsonObject(answer.body) ? "" : `the answer is no JSON object${quoted(answer)}`;
    case "page":
      return asHealth("text/html", answer, []);
    case "healthy":
      return asHealth("application/json", answer, links);
    default:
      return connected.length === 0 ? "" : notConnected(connected, answer);
  }
}

/** `fleet health` and a synthetic check mean the same by healthy. */
function asHealth(
  contentType: NonNullable<HealthCheck["expect"]["contentType"]>,
  answer: HttpAnswer,
  links: readonly string[],
): string {
  const { quality, reason } = verdict(contentType, answer, links);
  return quality === "good" ? "" : reason;
}

function notConnected(names: readonly string[], answer: HttpAnswer): string {
  const { report } = verdict("application/json", answer, names);
  const missing = names.filter(
    (name) => !report.dependencies.some((one) => one.name === name && one.state === "connected"),
  );
  return missing.length === 0 ? "" : `not connected to ${missing.join(", ")}${quoted(answer)}`;
}

function verdict(
  contentType: NonNullable<HealthCheck["expect"]["contentType"]>,
  answer: HttpAnswer,
  links: readonly string[],
) {
  const { status, body, location } = answer;
  const check: HealthCheck = {
    platform: "",
    service: "",
    kind: "serviceProxy",
    url: "",
    expect: { status, contentType },
    dependencies: links,
  };
  const outcome = { kind: "answer", status, contentType: answer.contentType, location, body } as const;
  return judge(check, { atMs: 0, latencyMs: 0, outcome });
}

function isJsonObject(text: string): boolean {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null;
  } catch {
    return false;
  }
}

function quoted({ body }: HttpAnswer): string {
  const text = body.replace(/\s+/g, " ").trim().slice(0, QUOTE_LIMIT);
  return text === "" ? "" : `: ${text}`;
}
