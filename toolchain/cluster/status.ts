import { readFile } from "node:fs/promises";
import { clusterLayout, clusterPaths, type ClusterLayout } from "./layout.ts";
import { clusterProcesses, type ClusterProcess } from "./processes.ts";
import { readReadiness, unready, type Readiness } from "./readiness.ts";
import { clusterServices } from "./services.ts";

/** One of the cluster's supervised processes. What is not known of one that does not run is absent. */
export interface ProcessStatus {
  readonly name: string;
  readonly running: boolean;
  readonly pid?: number;
  /** Resident memory, in bytes. */
  readonly residentBytes?: number;
  readonly uptimeSeconds?: number;
}

/** The local cluster at one moment. */
export interface ClusterStatus {
  /** Whether every process runs and every part answers. */
  readonly ready: boolean;
  readonly processes: readonly ProcessStatus[];
  readonly parts: Readiness;
  /** Resident memory of the cluster's own processes, of the pods', and of both, in bytes. */
  readonly memory: { readonly systemBytes: number; readonly podBytes: number; readonly totalBytes: number };
}

/** A process of the cluster with what it uses. */
export interface MeasuredProcess extends ClusterProcess {
  readonly residentBytes: number;
  readonly uptimeSeconds: number;
}

const nothingReady: Readiness = {
  apiServer: false,
  node: false,
  nameService: false,
  registry: false,
  imageBuilder: false,
};

/** Reads the state of the local cluster; changes nothing, and works whether it runs or not. */
export async function clusterStatus(): Promise<ClusterStatus> {
  const processes = await measure(await clusterProcesses(clusterLayout.state));
  const parts = processes.length > 0 ? await readReadiness(clusterLayout) : nothingReady;
  return summary(await supervisedPids(clusterLayout), processes, parts);
}

/** Puts together what was measured: which process is which service, and what all use. */
export function summary(
  supervised: ReadonlyMap<string, number | undefined>,
  processes: readonly MeasuredProcess[],
  parts: Readiness,
): ClusterStatus {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const statuses = [...supervised].map(([name, pid]): ProcessStatus => {
    const found = pid === undefined ? undefined : byPid.get(pid);
    if (found === undefined) return { name, running: false };
    return {
      name,
      running: true,
      pid: found.pid,
      residentBytes: found.residentBytes,
      uptimeSeconds: found.uptimeSeconds,
    };
  });
  const bytes = (list: readonly MeasuredProcess[]) => list.reduce((total, process) => total + process.residentBytes, 0);
  const podBytes = bytes(processes.filter(({ cgroup }) => cgroup?.startsWith("kubepods")));
  const totalBytes = bytes(processes);
  return {
    ready: statuses.every(({ running }) => running) && unready(parts).length === 0,
    processes: statuses,
    parts,
    memory: { systemBytes: totalBytes - podBytes, podBytes, totalBytes },
  };
}

/** The process id that runsv keeps for each service (runsv(8)), alive or not. */
async function supervisedPids(layout: ClusterLayout): Promise<Map<string, number | undefined>> {
  const { services } = clusterPaths(layout);
  const entries = clusterServices(layout).map(async ({ name }) => {
    const pid = Number.parseInt(await readFile(`${services}/${name}/supervise/pid`, "utf8").catch(() => ""), 10);
    return [name, Number.isNaN(pid) ? undefined : pid] as const;
  });
  return new Map(await Promise.all(entries));
}

async function measure(processes: readonly ClusterProcess[]): Promise<MeasuredProcess[]> {
  const machineUptime = Number((await readFile("/proc/uptime", "utf8")).split(" ")[0]);
  const ticksPerSecond = 100; // USER_HZ: the same on every Linux that Node runs on.
  return Promise.all(
    processes.map(async (process) => ({
      ...process,
      residentBytes: residentBytes(await readFile(`/proc/${process.pid}/status`, "utf8").catch(() => "")),
      uptimeSeconds: Math.max(0, Math.round(machineUptime - process.startedTicks / ticksPerSecond)),
    })),
  );
}

/** The resident memory that /proc/PID/status tells, in bytes. */
export function residentBytes(procStatus: string): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(procStatus)?.[1] ?? 0) * 1024;
}
