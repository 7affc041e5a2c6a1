import Table from "cli-table3";
import { clusterLogs } from "../../../toolchain/cluster/logs.ts";
import { startCluster } from "../../../toolchain/cluster/start.ts";
import { clusterStatus, type ClusterStatus } from "../../../toolchain/cluster/status.ts";
import { resetCluster, stopCluster } from "../../../toolchain/cluster/stop.ts";
import { ensureBaseImages } from "../../../toolchain/images/bases.ts";
import { ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/** What every action on the local cluster is asked for. */
export interface ClusterArguments {
  readonly json: boolean;
}

/** Starts the local cluster, or mends what is not running, and says how to use it. */
export async function start({ json }: ClusterArguments, terminal: Terminal): Promise<ExitCode> {
  const local = await startCluster(terminal.progress);
  await ensureBaseImages(terminal.progress);
  terminal.result(
    json
      ? JSON.stringify(local, null, 2)
      : [
          `The local cluster runs Kubernetes ${local.version}.`,
          `  export KUBECONFIG=${local.kubeconfig}`,
          `  export DOCKER_HOST=${local.dockerHost}`,
        ].join("\n"),
  );
  return ExitCode.ok;
}

/** Stops the local cluster; its data stays for the next start. */
export async function stop({ json }: ClusterArguments, terminal: Terminal): Promise<ExitCode> {
  await stopCluster(terminal.progress);
  terminal.result(json ? JSON.stringify({ outcome: "stopped" }) : "The local cluster is stopped.");
  return ExitCode.ok;
}

/** Stops the local cluster and deletes everything it kept. */
export async function reset({ json }: ClusterArguments, terminal: Terminal): Promise<ExitCode> {
  await resetCluster(terminal.progress);
  terminal.result(json ? JSON.stringify({ outcome: "reset" }) : "The local cluster and its data are gone.");
  return ExitCode.ok;
}

/** Each process of the local cluster. Exits with 1 unless all of it is ready. */
export async function status({ json }: ClusterArguments, terminal: Terminal): Promise<ExitCode> {
  const state = await clusterStatus();
  terminal.result(json ? JSON.stringify(state, null, 2) : statusTable(state));
  return state.ready ? ExitCode.ok : ExitCode.failed;
}

function statusTable({ processes, parts, memory, ready }: ClusterStatus): string {
  const table = new Table({ head: ["Process", "State", "PID", "Memory", "Uptime"], style: { head: [], border: [] } });
  for (const { name, running, pid, residentBytes, uptimeSeconds } of processes) {
    table.push([
      name,
      running ? "running" : "stopped",
      pid ?? "-",
      residentBytes === undefined ? "-" : mebibytes(residentBytes),
      uptimeSeconds === undefined ? "-" : `${Math.round(uptimeSeconds)} s`,
    ]);
  }
  const missing = Object.entries(parts).flatMap(([part, isReady]) => (isReady ? [] : [part]));
  return [
    table.toString(),
    `Memory: ${mebibytes(memory.systemBytes)} cluster, ${mebibytes(memory.podBytes)} pods`,
    ready ? "Ready." : `Not ready: ${missing.join(", ") || "a process is not running"}.`,
  ].join("\n");
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

/** The last lines that one process logged, or the last of each where none is named. */
export async function logs(
  { process, lines, json }: ClusterArguments & { readonly process?: string; readonly lines: number },
  terminal: Terminal,
): Promise<ExitCode> {
  const names = process === undefined ? (await clusterStatus()).processes.map(({ name }) => name) : [process];
  const read = await Promise.all(names.map(async (name) => [name, await clusterLogs(name, lines)] as const));
  terminal.result(
    json
      ? JSON.stringify(Object.fromEntries(read), null, 2)
      : read.map(([name, text]) => `── ${name}\n${text}`).join("\n"),
  );
  return ExitCode.ok;
}
