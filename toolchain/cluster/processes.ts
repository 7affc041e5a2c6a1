import { readdir, readFile } from "node:fs/promises";
import { clusterCgroup, processMarker } from "./layout.ts";

/** What /proc says of one process that belongs to the cluster. */
export interface ClusterProcess {
  readonly pid: number;
  readonly parent: number;
  /** The executable's name, up to 15 characters, as the kernel keeps it. */
  readonly name: string;
  /** Its cgroup below the cluster's: `system`, `kubepods/…`, `docker/…`; undefined where it is in none. */
  readonly cgroup: string | undefined;
  /** Start, in clock ticks since boot: with the pid, the process's identity. */
  readonly startedTicks: number;
}

/** Every process of the cluster: by its cgroup, or by the marker in its environment. */
export async function clusterProcesses(stateDirectory: string): Promise<ClusterProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => readProcess(pid, stateDirectory)));
  return found.filter((process) => process !== undefined);
}

async function readProcess(pid: number, stateDirectory: string): Promise<ClusterProcess | undefined> {
  try {
    const cgroup = cgroupBelow(await readFile(`/proc/${pid}/cgroup`, "utf8"), clusterCgroup);
    if (cgroup === undefined) {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8");
      if (!environment.split("\0").includes(`${processMarker}=${stateDirectory}`)) return undefined;
    }
    const stat = parseStat(await readFile(`/proc/${pid}/stat`, "utf8"));
    return stat.state === "Z" ? undefined : { pid, cgroup, ...stat };
  } catch {
    return undefined; // It ended while we looked, or is a kernel thread.
  }
}

/** The path below `/<name>` in the first hierarchy of /proc/PID/cgroup that has one. */
export function cgroupBelow(procCgroup: string, name: string): string | undefined {
  for (const line of procCgroup.split("\n")) {
    const path = line.split(":").slice(2).join(":");
    if (path === `/${name}`) return "";
    if (path.startsWith(`/${name}/`)) return path.slice(name.length + 2);
  }
  return undefined;
}

/** The fields of /proc/PID/stat that matter here (proc(5)); the name may hold spaces and parentheses. */
export function parseStat(stat: string): { name: string; state: string; parent: number; startedTicks: number } {
  const end = stat.lastIndexOf(")");
  const fields = stat.slice(end + 2).split(" ");
  return {
    name: stat.slice(stat.indexOf("(") + 1, end),
    state: fields[0] ?? "",
    parent: Number(fields[1]),
    startedTicks: Number(fields[19]),
  };
}

/** The supervisor, if it runs. */
export function supervisor(processes: readonly ClusterProcess[]): ClusterProcess | undefined {
  return processes.find((process) => process.name === "runsvdir");
}

/**
 * Processes that nobody supervises any more: left behind when runsv was killed, they hold the ports and locks that
 * the next instance needs. Containers and their shims have no supervisor by design: containerd knows them.
 */
export function orphans(processes: readonly ClusterProcess[]): ClusterProcess[] {
  const root = supervisor(processes);
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const isSupervised = (process: ClusterProcess): boolean => {
    for (let at: ClusterProcess | undefined = process; at !== undefined; at = byPid.get(at.parent)) {
      if (at.pid === root?.pid || at.name.startsWith("containerd-shim")) return true;
    }
    return false;
  };
  const isContainer = (process: ClusterProcess) => process.cgroup !== undefined && !process.cgroup.startsWith("system");
  return processes.filter((process) => !isContainer(process) && !isSupervised(process));
}

/** Sends a signal to each process; those that have ended since are no error. */
export function signalAll(processes: readonly ClusterProcess[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended already, which is what was wanted.
    }
  }
}
