import { drift as compareWithCluster } from "../../drift/drift.ts";
import { formatDrift } from "../../drift/format.ts";
import { readLive } from "../../drift/read-live.ts";
import { recordedObjects } from "../../drift/recorded.ts";
import { ExitCode } from "../exit-code.ts";
import { prepareCluster, prepareEngine } from "../preparation.ts";
import { loadStack } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet drift` is asked for. */
export interface DriftArguments {
  readonly stack: string;
  readonly json: boolean;
}

/** Tells what differs between the engine's state and the cluster, less what others own. Changes nothing. */
export async function drift(args: DriftArguments, terminal: Terminal): Promise<ExitCode> {
  const { file, resolved } = loadStack(args.stack);
  const prepared = await prepareCluster(resolved, terminal);
  const { stack } = await prepareEngine(file, resolved, prepared, terminal);
  const exported: { readonly deployment?: unknown } = await stack.exportStack();
  const recorded = recordedObjects(exported.deployment);
  if (recorded.length === 0) terminal.note(`! ${args.stack} has nothing in its state: it is not up.`);
  const report = compareWithCluster(args.stack, recorded, await readLive(prepared.cluster, recorded));
  terminal.result(args.json ? JSON.stringify(report, null, 2) : formatDrift(report, { color: terminal.color }));
  return report.drifted.length === 0 ? ExitCode.ok : ExitCode.changes;
}
