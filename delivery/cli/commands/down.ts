import { removeGateway } from "../../../toolchain/cluster/gateway.ts";
import { stopCluster } from "../../../toolchain/cluster/stop.ts";
import { initialRun, observeEngine, type EngineRun } from "../../engine/events.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError } from "../failure.ts";
import { forgetIdentity, keptIdentity } from "../../engine/cluster-identity.ts";
import { prepareCluster, prepareEngine, stackFolder } from "../preparation.ts";
import { loadStack } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";
import { liveDisplay } from "./up.ts";

/** What `fleet down` is asked for. */
export interface DownArguments {
  readonly stack: string;
  readonly json: boolean;
  /** Leave the local cluster running. */
  readonly keepCluster: boolean;
}

/** Destroys everything a stack deployed, and stops the local cluster where it ran there. */
export async function down(args: DownArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const { file, resolved } = loadStack(args.stack);
  const folder = stackFolder(args.stack);
  if (resolved.cluster.local && (await keptIdentity(folder)) === undefined) {
    if (!args.keepCluster) await stopCluster(terminal.progress);
    terminal.result(
      args.json ? JSON.stringify({ outcome: "destroyed", changes: {} }, null, 2) : `${args.stack} was not up.`,
    );
    return ExitCode.ok;
  }
  const prepared = await prepareCluster(resolved, terminal);
  const { stack } = await prepareEngine(file, resolved, prepared, terminal);

  terminal.note(`… Destroying stack ${args.stack}`);
  const display = liveDisplay(terminal);
  let run: EngineRun = initialRun;
  const result = await stack
    .destroy({
      parallel: 200,
      signal,
      onEvent: (event) => {
        run = observeEngine(run, event, performance.now());
        display.onRun(run);
      },
    })
    .catch((error: unknown) => {
      if (signal.aborted) throw new CommandError("Interrupted; `make down` goes on from here.", ExitCode.interrupted);
      const told = run.messages.filter(({ severity }) => severity === "error").map(({ text }) => text);
      throw new CommandError(told.join("\n") || String(error), ExitCode.failed);
    })
    .finally(display.end);

  await forgetIdentity(folder);
  if (resolved.cluster.local) await removeGateway();
  if (resolved.cluster.local && !args.keepCluster) await stopCluster(terminal.progress);
  const changes = result.summary.resourceChanges ?? {};
  if (args.json) terminal.result(JSON.stringify({ outcome: "destroyed", changes }, null, 2));
  else terminal.result(`${args.stack} is down: ${changes["delete"] ?? 0} resources deleted.`);
  return ExitCode.ok;
}
