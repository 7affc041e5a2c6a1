import http from "node:http";
import https from "node:https";

/** What came back for a request, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  /** Media type without parameters, in lower case; empty where the answer names none. */
  readonly contentType: string;
  /** Where a redirect points; empty otherwise. */
  readonly location: string;
  /** The server's `Date` header in milliseconds since 1970, where it sent one. */
  readonly dateMs?: number;
  /** The body as text, at most as many bytes of it as the limit allows. */
  readonly body: string;
}

/** Longest body read by default, in bytes: a health report or the head of a page; the rest is not waited for. */
export const BODY_LIMIT = 256 * 1024;

export interface HttpGetOptions {
  /** Time allowed for the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Longest body read, in bytes. Default {@link BODY_LIMIT}. */
  readonly bodyLimit?: number;
  /** Agent, headers and TLS material, as a kubeconfig supplies them. */
  readonly request?: https.RequestOptions;
}

/** No answer arrived. The message is fit for a user: "refused the connection", "no answer within 10 s". */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

/** What is sent with a method of its own. */
export interface HttpSendOptions extends HttpGetOptions {
  readonly method: string;
  readonly body?: string;
}

/**
 * One GET, no redirects followed (`curl -f` in seed 004's script follows none either).
 *
 * Node's own client rather than `fetch`: the first `fetch` of a process costs some 50 ms, which would spoil the
 * latency of the very first check, and TLS material from a kubeconfig does not fit it.
 *
 * @throws NoAnswerError when no answer arrives in time.
 */
export function httpGet(url: string, options: HttpGetOptions): Promise<HttpAnswer> {
  return httpSend(url, { ...options, method: "GET" });
}

/** One request of any method; see {@link httpGet}. */
export function httpSend(url: string, options: HttpSendOptions): Promise<HttpAnswer> {
  const transport = url.startsWith("https:") ? https : http;
  const limit = options.bodyLimit ?? BODY_LIMIT;
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
  return new Promise<HttpAnswer>((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(new NoAnswerError(deadline.aborted ? `no answer within ${options.timeoutMs / 1000} s` : inWords(error)));
    };
    const { method } = options;
    const request = transport.request(url, { ...options.request, method, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = (): void => {
        resolve(answerOf(response, Buffer.concat(chunks).subarray(0, limit)));
      };
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size < limit) return;
        finish();
        response.destroy();
      });
      response.on("end", finish);
      response.on("error", fail);
    });
    request.on("error", fail);
    request.end(options.body);
  });
}

function answerOf(response: http.IncomingMessage, body: Buffer): HttpAnswer {
  const date = Date.parse(response.headers.date ?? "");
  return {
    status: response.statusCode ?? 0,
    contentType: (response.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "",
    location: response.headers.location ?? "",
    ...(Number.isNaN(date) ? {} : { dateMs: date }),
    body: body.toString("utf8"),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection closed before the answer was complete",
  ENOTFOUND: "host name not found",
  EHOSTUNREACH: "host unreachable",
  ABORT_ERR: "cancelled",
};

/** `localhost` is tried as ::1 and 127.0.0.1; Node then wraps both failures in an AggregateError without a message. */
function inWords(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const cause = first instanceof Error ? first : error;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return WORDS[code] ?? (cause.message === "" ? code : cause.message);
}
