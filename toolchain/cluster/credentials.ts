import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { clusterName, clusterPaths, type ClusterLayout } from "./layout.ts";

/** Clients that kubeadm has no file of its own for: user name to file name. */
const furtherClients = {
  "system:kube-proxy": "kube-proxy",
  "fleet:network-policy": "network-policy",
  "fleet:volumes": "volumes",
} as const;

/** Makes all certificates, keys and kubeconfigs with kubeadm; those that exist are kept. */
export async function ensureCredentials(layout: ClusterLayout): Promise<void> {
  const { bin, config, credentials, kubeconfig } = clusterPaths(layout);
  const kubeadm = (...args: string[]) => execa(`${bin}/kubeadm`, [...args, "--config", `${config}/kubeadm.yaml`]);
  if (existsSync(kubeconfig)) return;
  await mkdir(credentials, { recursive: true, mode: 0o700 });
  await kubeadm("init", "phase", "certs", "all");
  await kubeadm("init", "phase", "kubeconfig", "all", "--kubeconfig-dir", credentials);
  for (const [user, file] of Object.entries(furtherClients)) {
    const { stdout } = await kubeadm("kubeconfig", "user", "--client-name", user);
    await writeSecret(`${credentials}/${file}.conf`, stdout);
  }
  // Last: its presence says that all the others are there.
  await writeSecret(kubeconfig, namedContext(await readFile(`${credentials}/super-admin.conf`, "utf8")));
}

async function writeSecret(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  await chmod(path, 0o600);
}

const Kubeconfig = z.looseObject({
  clusters: z.array(z.looseObject({ cluster: z.unknown() })).length(1),
  users: z.array(z.looseObject({ user: z.unknown() })).length(1),
});

/** The same kubeconfig with one context, `fleet-local`, so that it merges with a user's own without a clash. */
export function namedContext(kubeconfig: string): string {
  const { clusters, users } = Kubeconfig.parse(parse(kubeconfig));
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: clusterName, cluster: clusters[0]?.cluster }],
    users: [{ name: clusterName, user: users[0]?.user }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    "current-context": clusterName,
  });
}
