import { existsSync } from "node:fs";
import { mkdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { execa } from "execa";
import { z } from "zod";
import { ToolchainError } from "../progress.ts";
import { removeCgroups } from "./cgroups.ts";
import { addClusterRules, readFirewall, restoreFirewall } from "./firewall.ts";
import { bridge, clusterPaths, network, type ClusterLayout } from "./layout.ts";

/** Kernel settings that the cluster or its processes change, and so must give back. */
const settings = [
  "net/ipv4/ip_forward",
  "net/ipv4/conf/all/route_localnet",
  "net/bridge/bridge-nf-call-iptables",
  "net/bridge/bridge-nf-call-ip6tables",
  "net/netfilter/nf_conntrack_max",
  "net/netfilter/nf_conntrack_tcp_timeout_established",
  "net/netfilter/nf_conntrack_tcp_timeout_close_wait",
  "net/netfilter/nf_conntrack_tcp_be_liberal",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
] as const;

/** Paths that the daemons hard-code: the cluster sees directories of its own there. */
const hardCoded = [
  "/etc/docker",
  "/run/containerd",
  "/run/docker",
  "/run/netns",
  "/run/runc",
  "/usr/libexec/kubernetes",
  "/var/lib/cni",
  "/var/lib/kubelet",
  "/var/log/containers",
] as const;

const MachineBefore = z.strictObject({
  settings: z.record(z.string(), z.string()),
  firewall: z.strictObject({ ipv4: z.string(), ipv6: z.string() }),
  /** Directories that did not exist. */
  directories: z.array(z.string()),
});

/** What the machine was like before the cluster touched it. */
export type MachineBefore = z.infer<typeof MachineBefore>;

/**
 * Prepares the machine: kernel settings, the pods' bridge, firewall rules. First writes down what it changes, so that
 * `restoreMachine` can put it back even after a crash. Throws when an interface of that name is somebody else's.
 */
export async function prepareMachine(layout: ClusterLayout): Promise<void> {
  await refuseForeignBridge();
  await execa("modprobe", ["-a", "br_netfilter", "overlay"], { reject: false }); // May be built in, or not allowed.
  await writeFile(clusterPaths(layout).machineBefore, JSON.stringify(await snapshot()));
  await mkdir(layout.run, { recursive: true });
  for (const directory of hardCoded) await mkdir(directory, { recursive: true });

  await setKernel("net/ipv4/ip_forward", "1");
  await setKernel("net/bridge/bridge-nf-call-iptables", "1");
  const ip = (...args: string[]) => execa("ip", args);
  await ip("link", "add", bridge.name, "address", bridge.mac, "type", "bridge");
  await ip("link", "set", bridge.name, "alias", bridge.alias, "up");
  await ip("address", "add", `${network.node}/24`, "dev", bridge.name);
  await addClusterRules();
}

/** The directories to mount over the hard-coded ones, made when absent: `[from, onto]`. */
export async function overlays(layout: ClusterLayout): Promise<[string, string][]> {
  const pairs = hardCoded.map((path): [string, string] => [`${clusterPaths(layout).overlays}${path}`, path]);
  for (const [from] of pairs) await mkdir(from, { recursive: true });
  return pairs;
}

/** Gives the machine back as it was. Needs every process of the cluster to be gone. Harmless when nothing is left. */
export async function restoreMachine(layout: ClusterLayout): Promise<void> {
  const { machineBefore } = clusterPaths(layout);
  if (await isOwnBridge()) await execa("ip", ["link", "delete", bridge.name]);
  if (existsSync(machineBefore)) {
    const before = MachineBefore.parse(JSON.parse(await readFile(machineBefore, "utf8")));
    await restoreFirewall(before.firewall);
    for (const [name, value] of Object.entries(before.settings)) await setKernel(name, value);
    // Only if empty: whoever put something there in the meantime keeps it.
    for (const directory of before.directories) await rmdir(directory).catch(() => undefined);
    await rm(machineBefore);
  }
  const stuck = await removeCgroups();
  if (stuck.length > 0) throw new ToolchainError(`These cgroups could not be removed: ${stuck.join(", ")}`);
  await rm(layout.run, { recursive: true, force: true });
}

async function snapshot(): Promise<MachineBefore> {
  const values = await Promise.all(
    settings.map(async (name) => [name, await readFile(`/proc/sys/${name}`, "utf8").catch(() => undefined)] as const),
  );
  return {
    settings: Object.fromEntries(
      values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value.trim()]])),
    ),
    firewall: await readFirewall(),
    directories: hardCoded.filter((directory) => !existsSync(directory)),
  };
}

/** Writes only what differs: some containers may read a setting but not write it. */
async function setKernel(name: string, value: string): Promise<void> {
  const path = `/proc/sys/${name}`;
  const current = await readFile(path, "utf8").catch(() => undefined);
  if (current === undefined || current.trim() === value) return;
  await writeFile(path, value);
}

async function readBridgeAlias(): Promise<string | undefined> {
  if (!existsSync(`/sys/class/net/${bridge.name}`)) return undefined;
  return (await readFile(`/sys/class/net/${bridge.name}/ifalias`, "utf8")).trim();
}

async function isOwnBridge(): Promise<boolean> {
  return (await readBridgeAlias()) === bridge.alias;
}

async function refuseForeignBridge(): Promise<void> {
  const alias = await readBridgeAlias();
  if (alias !== undefined && alias !== bridge.alias)
    throw new ToolchainError(
      `The network interface ${bridge.name} exists and is not the local cluster's. Remove it, or use a cluster of your own.`,
    );
}
