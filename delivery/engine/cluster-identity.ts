import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../cluster-client/cluster.ts";

/** Which cluster a stack's state speaks of: the UID of its `kube-system` namespace, which lives as long as the cluster. */
export async function clusterIdentity(cluster: Cluster): Promise<string> {
  const namespace = await cluster.core.readNamespace({ name: "kube-system" });
  return namespace.metadata?.uid ?? "";
}

/** The identity kept beside a stack, or undefined for a stack that has never been brought up. */
export async function keptIdentity(folder: string): Promise<string | undefined> {
  return readFile(join(folder, "cluster"), "utf8").catch(() => undefined);
}

/** Keeps the identity beside the stack. */
export async function keepIdentity(folder: string, identity: string): Promise<void> {
  await writeFile(join(folder, "cluster"), identity);
}

/** Forgets the identity: the stack has nothing in any cluster. */
export async function forgetIdentity(folder: string): Promise<void> {
  await rm(join(folder, "cluster"), { force: true });
}
