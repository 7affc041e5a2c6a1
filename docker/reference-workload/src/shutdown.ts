import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "node:http";
import { withDeadline } from "./deadline.ts";

/** How long open requests and connections may take to end once the grace is over. */
const closeMilliseconds = 5_000;

/**
 * Serves on for the grace period, so that endpoints lists and gateways can forget this pod; then closes the server and
 * what lies behind it. Bounded: what does not end by itself is cut.
 *
 * @param signal ends the grace early (a second signal).
 * @returns whether everything ended by itself.
 */
export async function stopServing(
  server: Server,
  closeRest: () => Promise<void>,
  graceSeconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  await sleep(graceSeconds * 1000, undefined, { signal }).catch(() => undefined);
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  try {
    await withDeadline(closed, closeMilliseconds);
    await withDeadline(closeRest(), closeMilliseconds);
    return true;
  } catch {
    server.closeAllConnections();
    return false;
  }
}
