import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

/**
 * Writes a kubeconfig whose server is the discard port of the loopback interface, where nothing listens: a preview needs no
 * cluster. Answers its path.
 */
export async function silentCluster(folder: string, context: string): Promise<string> {
  const path = join(folder, "kubeconfig");
  const content = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [{ name: "silent", cluster: { server: "https://127.0.0.1:9" } }],
    users: [{ name: "nobody", user: { token: "none" } }],
    contexts: [{ name: context, context: { cluster: "silent", user: "nobody" } }],
  };
  await writeFile(path, stringify(content));
  return path;
}
