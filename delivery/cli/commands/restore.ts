import Table from "cli-table3";
import { clusterLayout, clusterPaths } from "../../../toolchain/cluster/layout.ts";
import type { ResolvedBackup } from "../../../model/resolve/resolved.ts";
import { connectCluster, type Cluster } from "../../cluster-client/cluster.ts";
import { JobRunningError, type JobRun, type JobRunOptions } from "../../cluster-client/run-job.ts";
import type { Dump } from "../../restore/dumps.ts";
import { findBackup } from "../../restore/find-backup.ts";
import { listDumps, NoBackupsError, restoreDump } from "../../restore/restore.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError, invalidInput } from "../failure.ts";
import { loadStack } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet restore` is asked for. */
export interface RestoreArguments {
  readonly stack: string;
  readonly json: boolean;
  readonly platform: string;
  readonly datastore: string;
  /** A dump's name, or `latest`. */
  readonly backup: string;
  /** Only says which dumps there are. */
  readonly list: boolean;
  /** Says that the database may be overwritten. */
  readonly yes: boolean;
}

/** What `fleet restore --json` prints. */
export interface RestoreResult {
  readonly outcome: JobRun["outcome"];
  readonly platform: string;
  readonly datastore: string;
  readonly database: string;
  readonly namespace: string;
  readonly seconds: number;
  readonly reason: string;
  /** What the restore printed. */
  readonly output: readonly string[];
}

/** Puts one database back to what one of its dumps holds, or lists the dumps. */
export async function restore(args: RestoreArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const { resolved } = loadStack(args.stack, { assumeSecrets: true });
  const found = findBackup(resolved, args);
  if (!found.ok) throw invalidInput(found.issues);
  const backup = found.value;
  if (!args.list && !args.yes) throw invalidInput([unconfirmed(args, backup)]);
  const cluster = connectCluster(
    resolved.cluster.local
      ? { kubeConfigFile: clusterPaths(clusterLayout).kubeconfig, context: resolved.cluster.context }
      : { context: resolved.cluster.context },
  );
  try {
    return await (args.list
      ? list(args, cluster, backup, terminal, signal)
      : put(args, cluster, backup, terminal, signal));
  } catch (error) {
    if (error instanceof JobRunningError || error instanceof NoBackupsError)
      throw new CommandError(error.message, ExitCode.failed);
    throw error;
  }
}

function unconfirmed(args: RestoreArguments, { database }: ResolvedBackup) {
  const dump = args.backup === "latest" ? "its newest dump" : args.backup;
  return {
    path: "--yes",
    problem: `the database ${database.declaration.database} in ${database.namespace} would be put back to ${dump}, and everything written since would be lost`,
    allowed: "--yes, to say that this is meant",
    fix: `see the dumps by --list, stop what writes to ${args.platform}/${args.datastore}, then repeat with --yes`,
  };
}

async function list(
  args: RestoreArguments,
  cluster: Cluster,
  backup: ResolvedBackup,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const step = `Listing the dumps of ${args.platform}/${args.datastore}`;
  const { run, dumps } = await reported(step, terminal, signal, async (options) => {
    const listed = await listDumps(cluster, backup, options);
    return { ...listed, seconds: listed.run.seconds };
  });
  if (run.outcome !== "succeeded") return failed(args, backup, run, terminal);
  terminal.result(args.json ? JSON.stringify({ dumps }, null, 2) : dumpTable(dumps));
  return ExitCode.ok;
}

async function put(
  args: RestoreArguments,
  cluster: Cluster,
  backup: ResolvedBackup,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const file = args.backup === "latest" ? undefined : args.backup;
  const run = await reported(`Restoring ${args.platform}/${args.datastore}`, terminal, signal, (options) =>
    restoreDump(cluster, backup, file, options),
  );
  if (run.outcome !== "succeeded") return failed(args, backup, run, terminal);
  terminal.result(
    args.json
      ? JSON.stringify(resultOf(args, backup, run), null, 2)
      : `${run.output.split("\n").at(-1) ?? ""}, after ${run.seconds.toFixed(1)} s`,
  );
  return ExitCode.ok;
}

async function reported<T extends { readonly seconds: number }>(
  step: string,
  { progress }: Terminal,
  signal: AbortSignal,
  work: (options: JobRunOptions) => Promise<T>,
): Promise<T> {
  progress({ step, status: "started" });
  const onProgress = (detail: string) => {
    progress({ step, status: "note", detail });
  };
  const result = await work({ onProgress, signal });
  progress({ step, status: "done", seconds: result.seconds });
  return result;
}

function failed(args: RestoreArguments, backup: ResolvedBackup, run: JobRun, terminal: Terminal): ExitCode {
  const untouched = args.list ? "" : "; the database is as it was";
  if (args.json) terminal.result(JSON.stringify(resultOf(args, backup, run), null, 2));
  else if (run.outcome === "interrupted") terminal.note(`Stopped${untouched}.`);
  else terminal.result([...run.output.split("\n").slice(-LAST_LINES), `Failed: ${run.reason}${untouched}.`].join("\n"));
  return run.outcome === "interrupted" ? ExitCode.interrupted : ExitCode.failed;
}

const LAST_LINES = 15;

function resultOf(args: RestoreArguments, { database }: ResolvedBackup, run: JobRun): RestoreResult {
  return {
    outcome: run.outcome,
    platform: args.platform,
    datastore: args.datastore,
    database: database.declaration.database,
    namespace: database.namespace,
    seconds: run.seconds,
    reason: run.reason,
    output: run.output === "" ? [] : run.output.split("\n"),
  };
}

function dumpTable(dumps: readonly Dump[]): string {
  if (dumps.length === 0) return "There are no dumps yet.";
  const table = new Table({ head: ["Dump", "Taken", "Size"], style: { head: [], border: [] } });
  for (const { file, at, bytes } of dumps) table.push([file, at, `${(bytes / 1024).toFixed(1)} KiB`]);
  return table.toString();
}
