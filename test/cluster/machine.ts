import { readdir, readFile, readlink } from "node:fs/promises";
import { execa } from "execa";
import { machinePaths } from "../../toolchain/paths.ts";

/** Everything on this machine that a cluster could leave behind. */
export interface MachineTraces {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly interfaces: readonly string[];
  readonly firewallRules: readonly string[];
  readonly networkNamespaces: readonly string[];
}

/** Takes stock of the machine. */
export async function machineTraces(): Promise<MachineTraces> {
  const [processes, mounts, interfaces, firewallRules, networkNamespaces] = await Promise.all([
    clusterProcesses(),
    readFile("/proc/mounts", "utf8").then((text) => lines(text).map((line) => line.split(" ")[1] ?? "")),
    readdir("/sys/class/net"),
    execa("iptables-save", { reject: false }).then(({ stdout }) =>
      lines(stdout).filter((line) => /^(-A|:(KUBE|CNI|FLEET))/.test(line)),
    ),
    readdir("/run/netns").catch(() => []),
  ]);
  return { processes, mounts, interfaces, firewallRules, networkNamespaces };
}

/** Programs that run from the cache (the cluster's own), and those that run in its pods under a shim of it. */
async function clusterProcesses(): Promise<readonly string[]> {
  const { cache } = machinePaths();
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const programs = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/exe`).catch(() => "")));
  return programs.filter((program) => program.startsWith(`${cache}/`) || program.endsWith("/pause"));
}

/** The process ids that run this program. */
export async function processIds(program: RegExp): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const matching = await Promise.all(
    pids.map(async (pid) => (program.test(await readlink(`/proc/${pid}/exe`).catch(() => "")) ? [Number(pid)] : [])),
  );
  return matching.flat();
}

/** A process' descendants that run this program. */
export async function descendants(ancestor: number, program: RegExp): Promise<readonly number[]> {
  const tasks = await readdir(`/proc/${ancestor}/task`).catch(() => []);
  const children = await Promise.all(
    tasks.map((task) => readFile(`/proc/${ancestor}/task/${task}/children`, "utf8").catch(() => "")),
  );
  const ids = children.flatMap((text) =>
    text
      .split(" ")
      .filter((id) => id !== "")
      .map(Number),
  );
  const nested = await Promise.all(ids.map((id) => descendants(id, program)));
  const matching = await Promise.all(
    ids.map(async (id) => (program.test(await readlink(`/proc/${id}/exe`).catch(() => "")) ? [id] : [])),
  );
  return [...matching.flat(), ...nested.flat()];
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
