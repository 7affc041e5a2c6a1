import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterCgroup } from "./layout.ts";

/** One mounted cgroup hierarchy. */
export interface Hierarchy {
  readonly path: string;
  readonly version: 1 | 2;
}

/** The hierarchies of /proc/self/mountinfo (proc(5)), each once. */
export function parseHierarchies(mountinfo: string): Hierarchy[] {
  const found = mountinfo.split("\n").flatMap((line): Hierarchy[] => {
    const [left, right] = line.split(" - ");
    const path = left?.split(" ")[4];
    const type = right?.split(" ")[0];
    if (path === undefined || (type !== "cgroup" && type !== "cgroup2")) return [];
    return [{ path, version: type === "cgroup" ? 1 : 2 }];
  });
  return [...new Map(found.map((hierarchy) => [hierarchy.path, hierarchy])).values()];
}

async function hierarchies(): Promise<Hierarchy[]> {
  return parseHierarchies(await readFile("/proc/self/mountinfo", "utf8"));
}

/** Makes the cluster's cgroup in each hierarchy; returns those that the supervisor joins. */
export async function createCgroups(): Promise<string[]> {
  const joined: string[] = [];
  for (const { path, version } of await hierarchies()) {
    const cluster = join(path, clusterCgroup);
    const system = join(cluster, "system");
    if (version === 2) await delegateControllers(path);
    await mkdir(cluster, { recursive: true });
    if (version === 2) await delegateControllers(cluster);
    await inheritCpuset(path, cluster);
    await mkdir(system, { recursive: true });
    await inheritCpuset(cluster, system);
    joined.push(system);
  }
  return joined;
}

/** Version 2: children have a controller only when their parent passes it on. */
async function delegateControllers(path: string): Promise<void> {
  const controllers = (await readFile(join(path, "cgroup.controllers"), "utf8")).trim();
  for (const controller of controllers.split(" ").filter((name) => name !== "")) {
    await writeFile(join(path, "cgroup.subtree_control"), `+${controller}`).catch(() => undefined);
  }
}

/** Version 1: a new cpuset is empty, and no process may join it before it has processors and memory nodes. */
async function inheritCpuset(parent: string, child: string): Promise<void> {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    const source = join(parent, file);
    if (!existsSync(source) || !existsSync(join(parent, "cpuset.sched_load_balance"))) continue;
    await writeFile(join(child, file), await readFile(source, "utf8"));
  }
}

/** Removes the cluster's cgroups, which must have no process left; returns those that would not go. */
export async function removeCgroups(): Promise<string[]> {
  const stuck: string[] = [];
  for (const { path } of await hierarchies()) {
    for (const directory of await deepestFirst(join(path, clusterCgroup))) {
      await rmdir(directory).catch(() => stuck.push(directory));
    }
  }
  return stuck;
}

async function deepestFirst(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [];
  const children = entries.filter((entry) => entry.isDirectory()).map((entry) => join(directory, entry.name));
  return [...(await Promise.all(children.map(deepestFirst))).flat(), directory];
}
