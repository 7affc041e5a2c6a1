import pRetry, { AbortError } from "p-retry";
import { isPlainObject } from "../../model/overlay.ts";
import { dockerLogin } from "./docker-login.ts";
import type { ImageReference } from "./reference.ts";
import { RegistryError } from "./registry-error.ts";

/** One request to a repository: a path below it, or a whole address that the registry has given. */
export type Send = (path: string, request?: RequestInit) => Promise<Response>;

const TIMEOUT_MILLISECONDS = 60_000;
const RETRIES = 2;

/** An account of a registry. */
export interface RegistryAccount {
  readonly username: string;
  readonly password: string;
}

/**
 * Sends requests to one repository of a registry, and answers its challenge with an account, or else with what
 * `docker login` has left on this machine. A registry that does not answer, or by a fault of its own, is asked again, then is a `RegistryError`.
 */
export function requestsTo({ registry, repository }: Omit<ImageReference, "digest">, account?: RegistryAccount): Send {
  const base = `${isLoopback(registry) ? "http" : "https"}://${apiHost(registry)}/v2/${repository}`;
  let authorization: string | undefined;

  const once: Send = async (path, request = {}) => {
    const url = new URL(path.startsWith("/v2/") || /^https?:/.test(path) ? path : `${base}${path}`, base);
    const headers = new Headers(request.headers);
    // An upload may go to a host of its own, which is not to see the password.
    if (authorization !== undefined && url.origin === new URL(base).origin) headers.set("authorization", authorization);
    const response = await fetch(url, { ...request, headers, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
    if (response.status >= 500 || response.status === 429) throw new Error(`it answered ${response.status}`);
    return response;
  };
  return async (path, request) => {
    try {
      const response = await pRetry(() => once(path, request), { retries: RETRIES, minTimeout: 500 });
      if (response.status !== 401) return response;
      const login = account ? basic(account) : await dockerLogin(registry);
      authorization = await answerTo(response.headers.get("www-authenticate") ?? "", login);
      return await once(path, request);
    } catch (error) {
      throw new RegistryError(`${registry} does not answer: ${reasonOf(error)}`);
    }
  };
}

function basic({ username, password }: RegistryAccount): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** Whether a registry is on this machine: those alone speak plain HTTP. */
function isLoopback(registry: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(registry);
}

// Docker Hub's API has a host of its own.
function apiHost(registry: string): string {
  return registry === "docker.io" ? "registry-1.docker.io" : registry;
}

/** The header that answers a registry's challenge: basic, or a token (Distribution: Token Authentication). */
async function answerTo(challenge: string, login: string | undefined): Promise<string> {
  if (/^basic/i.test(challenge)) {
    if (login === undefined) throw new AbortError("it asks for credentials (docker login)");
    return login;
  }
  const parameter = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
  const realm = parameter("realm");
  if (realm === undefined) throw new AbortError(`its challenge "${challenge}" is not known`);
  const url = new URL(realm);
  for (const name of ["service", "scope"]) url.searchParams.set(name, parameter(name) ?? "");
  const response = await fetch(url, {
    headers: login === undefined ? {} : { authorization: login },
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  });
  if (!response.ok) throw new AbortError(`its token service answered ${response.status} (docker login)`);
  const body: unknown = await response.json();
  const token = isPlainObject(body) ? (body["token"] ?? body["access_token"]) : undefined;
  return `Bearer ${typeof token === "string" ? token : ""}`;
}

// What fetch throws says "fetch failed"; its cause says why.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
