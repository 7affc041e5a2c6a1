import pg from "pg";
import { withDeadline } from "../deadline.ts";
import { checkMilliseconds, type Probe } from "./probe.ts";

/** `SELECT 1` through a connection pool, which replaces broken connections by itself. */
export function postgresqlProbe(url: string): Probe {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    connectionTimeoutMillis: checkMilliseconds,
    query_timeout: checkMilliseconds,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: "fleet-reference-workload",
  });
  // The pool drops a broken idle connection; without a listener the event would end the process.
  pool.on("error", () => undefined);
  return {
    async check() {
      await withDeadline(pool.query("SELECT 1"), checkMilliseconds);
    },
    close: () => pool.end(),
  };
}
