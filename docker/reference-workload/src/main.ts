import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { pino, type Logger } from "pino";
import { createApp } from "./app.ts";
import { describeState, overallStatus, type HealthStatus } from "./health.ts";
import { openLinks, type Links } from "./links.ts";
import { readSettings, type Settings } from "./settings.ts";
import { stopServing } from "./shutdown.ts";

/** sysexits.h: EX_CONFIG, something was found in an unconfigured or misconfigured state. */
const exitConfiguration = 78;

/** Aborts the first signal when the process is told to stop, the second when it is told so again. */
function stopSignals(log: Logger): { readonly stop: AbortSignal; readonly hurry: AbortSignal } {
  const stop = new AbortController();
  const hurry = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      hurry.abort();
    } else {
      log.info(`${name} received: not ready any more, stopping`);
      stop.abort();
    }
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  return { stop: stop.signal, hurry: hurry.signal };
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

/** What a job waits for its links: the first seconds of a pod are refused until network policies know its address. */
const onceAttempts = 30;

async function settledStatus(links: Links, stop: AbortSignal): Promise<HealthStatus> {
  let status = overallStatus(await links.check());
  for (let attempt = 1; status === "unhealthy" && attempt < onceAttempts && !stop.aborted; attempt += 1) {
    await sleep(1_000, undefined, { signal: stop }).catch(() => undefined);
    status = overallStatus(await links.check());
  }
  return status;
}

/** Serves until told to stop, or checks its links once for a job. Resolves once everything has ended. */
async function run({ settings, log }: { readonly settings: Settings; readonly log: Logger }): Promise<void> {
  const { contract, fault, host, port } = settings;
  // First of all: process 1 of a container ignores every signal that it does not handle.
  const { stop, hurry } = stopSignals(log);

  if (fault.kind !== "none") log.warn({ fault }, "started with an injected fault");
  if (fault.kind === "slow-start")
    await sleep(fault.seconds * 1000, undefined, { signal: stop }).catch(() => undefined);
  if (stop.aborted) return;
  if (fault.kind === "crash") {
    setTimeout(() => {
      log.fatal({ fault }, "crashed by an injected fault");
      process.exit(fault.exitCode);
    }, fault.afterSeconds * 1000);
  }

  const links = await openLinks(contract.links, process.env, ({ name, state }) => {
    log[state.kind === "unreachable" ? "error" : "info"]({ link: name }, `${name} is ${describeState(state)}`);
  });
  if (contract.once) {
    const status = await settledStatus(links, stop);
    await links.close();
    log.info({ status }, "done");
    if (status === "unhealthy") process.exit(1);
    return;
  }
  const app = createApp({ settings, links, startedAt: new Date(), draining: () => stop.aborted });
  const respond = getRequestListener(app.fetch);
  const server = createServer((request, response) => void respond(request, response));
  server.listen(port, host);
  await once(server, "listening");
  log.info({ host, port }, "started");
  // Opens the connections, so that the first probe finds them warm.
  void links.check();

  await untilAborted(stop);
  const clean = await stopServing(server, () => links.close(), settings.graceSeconds, hurry);
  log.info(clean ? "stopped" : "stopped; connections that did not end were cut");
}

const result = readSettings(process.env);
const log = pino({
  base: result.ok
    ? { service: result.settings.contract.service, version: result.settings.version }
    : { service: result.service },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
});

if (result.ok) {
  const dieOf = (error: Error): void => {
    log.fatal(`stopped by an unexpected error: ${error.message}`);
    process.exit(1);
  };
  process.on("uncaughtException", dieOf);
  await run({ settings: result.settings, log });
  process.exit(0);
} else {
  log.fatal(`cannot start: ${result.issues.join("; ")}`);
  process.exitCode = exitConfiguration;
}
