import pRetry from "p-retry";
import type { ResolvedService } from "../../model/resolve/resolved.ts";
import type { Cluster } from "../cluster-client/cluster.ts";

const SECRET_HASH = "fleet.dev/secret-hash";
const LOOK_MS = 500;

/**
 * Waits until no pod is left that has read an older value: the engine is content when the new pods serve, while the old
 * ones still end their last requests.
 *
 * @param timeoutSeconds longer than any pod's grace period.
 * @throws Error that names the pods that are still there.
 */
export async function waitForReaders(
  cluster: Cluster,
  readers: readonly ResolvedService[],
  { signal, timeoutSeconds }: { readonly signal: AbortSignal; readonly timeoutSeconds: number },
): Promise<void> {
  await pRetry(
    async () => {
      const left = (await Promise.all(readers.map((reader) => podsOfBefore(cluster, reader)))).flat();
      if (left.length > 0) throw new Error(`These pods still have the value before: ${left.join(", ")}`);
    },
    { retries: (timeoutSeconds * 1000) / LOOK_MS, minTimeout: LOOK_MS, factor: 1, signal },
  );
}

async function podsOfBefore(cluster: Cluster, { namespace, objectName, selector }: ResolvedService) {
  const labelSelector = Object.entries(selector)
    .map(([label, value]) => `${label}=${value}`)
    .join(",");
  const [deployment, pods] = await Promise.all([
    cluster.apps.readNamespacedDeployment({ namespace, name: objectName }),
    cluster.core.listNamespacedPod({ namespace, labelSelector }),
  ]);
  const hash = deployment.spec?.template.metadata?.annotations?.[SECRET_HASH];
  return pods.items
    .filter(
      ({ metadata }) => metadata?.deletionTimestamp !== undefined || metadata?.annotations?.[SECRET_HASH] !== hash,
    )
    .map(({ metadata }) => `${namespace}/${metadata?.name ?? ""}`);
}
