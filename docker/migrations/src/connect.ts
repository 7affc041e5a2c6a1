import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { MigrationEnvironment } from "./settings.ts";

/** What decides how a connection is made and how long it is waited for. */
export type ConnectSettings = Pick<
  MigrationEnvironment,
  "STATEMENT_TIMEOUT" | "LOCK_TIMEOUT" | "CONNECT_TIMEOUT_SECONDS"
>;

/** SQLSTATEs and socket errors of a server that is still starting. */
const transient = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "57P03"]);

/** SQLSTATE class 28, invalid authorization: the server was reached, and another way to it would not help. */
const refusedLogin = /^28/;

interface FailedAttempt {
  readonly host: string;
  readonly reason: string;
  readonly code: string | undefined;
  readonly retry: boolean;
}

/**
 * Connects by the first of several URLs of one server that works, each in turn, and waits for a server that does not
 * answer yet. A login that the server refuses fails at once.
 *
 * Seed 003 (Connection Strategy) has two for Neon: by host name, which TLS sends along (SNI), then by the endpoint's id
 * as a connection option.
 *
 * @throws Error that names each host and what it said, never a URL.
 */
export async function connect(
  urls: readonly string[],
  settings: ConnectSettings,
  print: (line: string) => void,
): Promise<pg.Client> {
  const giveUp = Date.now() + settings.CONNECT_TIMEOUT_SECONDS * 1000;
  for (;;) {
    const failed: FailedAttempt[] = [];
    for (const url of urls) {
      const client = new pg.Client(clientConfig(url, settings));
      try {
        await client.connect();
        if (failed.length > 0) print(`${said(failed)}; connected to ${hostOf(url)}`);
        return client;
      } catch (error) {
        const attempt = failedAttempt(url, error);
        failed.push(attempt);
        if (refusedLogin.test(attempt.code ?? ""))
          throw new Error(`cannot connect to ${said(failed)}`, { cause: error });
      }
    }
    if (!failed.some(({ retry }) => retry) || Date.now() >= giveUp)
      throw new Error(`cannot connect to ${said(failed)}`);
    await sleep(500);
  }
}

/** What the client is told. A URL's own `options`, such as Neon's endpoint, stand before ours instead of replacing them. */
export function clientConfig(url: string, settings: ConnectSettings): pg.ClientConfig {
  const parsed = new URL(url);
  const given = parsed.searchParams.get("options");
  parsed.searchParams.delete("options");
  return {
    connectionString: parsed.href,
    connectionTimeoutMillis: 5_000,
    application_name: "fleet-migrations",
    options: [
      ...(given === null ? [] : [given]),
      `-c statement_timeout=${settings.STATEMENT_TIMEOUT}`,
      `-c lock_timeout=${settings.LOCK_TIMEOUT}`,
    ].join(" "),
  };
}

function failedAttempt(url: string, error: unknown): FailedAttempt {
  const { code, message } = error as NodeJS.ErrnoException;
  return {
    host: hostOf(url),
    reason: message === "" ? (code ?? "no reason given") : message,
    code,
    retry: code === undefined ? /timeout/.test(message) : transient.has(code),
  };
}

function hostOf(url: string): string {
  return new URL(url).host;
}

function said(failed: readonly FailedAttempt[]): string {
  return failed.map(({ host, reason }) => `${host}: ${reason}`).join("; ");
}
