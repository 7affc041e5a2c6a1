import { ApiException } from "@kubernetes/client-node";
import type { Cluster } from "../cluster-client/cluster.ts";
import { EVERYDAY_EVENTS } from "./everyday-events.ts";
import type { ClusterSnapshot } from "./snapshot.ts";

const EVENT_SELECTOR = [...EVERYDAY_EVENTS].map((reason) => `reason!=${reason}`).join(",");

/**
 * Reads the namespaces. A namespace that does not exist yet is simply empty. Kinds that the user may not list are left
 * out, and `onForbidden` is told.
 *
 * @throws the API's error when the server cannot be reached: half a picture would make healthy things look absent.
 */
export async function readSnapshot(
  cluster: Cluster,
  namespaces: readonly string[],
  takenAt: Date,
  onForbidden: (kind: string, namespace: string) => void,
): Promise<ClusterSnapshot> {
  const { core, apps, batch } = cluster;
  const all = async <T>(
    kind: string,
    list: (request: { namespace: string; resourceVersion: string }) => Promise<{ items: T[] }>,
  ): Promise<T[]> => {
    const perNamespace = namespaces.map(async (namespace) => {
      try {
        // Version 0 is answered from the API server's cache and spares etcd.
        return (await list({ namespace, resourceVersion: "0" })).items;
      } catch (error) {
        if (!(error instanceof ApiException) || error.code !== 403) throw error;
        onForbidden(kind, namespace);
        return [];
      }
    });
    return (await Promise.all(perNamespace)).flat();
  };
  const [pods, events, deployments, replicaSets, statefulSets, daemonSets, jobs, persistentVolumeClaims] =
    await Promise.all([
      all("pods", (request) => core.listNamespacedPod(request)),
      all("events", ({ namespace }) => core.listNamespacedEvent({ namespace, fieldSelector: EVENT_SELECTOR })),
      all("deployments", (request) => apps.listNamespacedDeployment(request)),
      all("replicasets", (request) => apps.listNamespacedReplicaSet(request)),
      all("statefulsets", (request) => apps.listNamespacedStatefulSet(request)),
      all("daemonsets", (request) => apps.listNamespacedDaemonSet(request)),
      all("jobs", (request) => batch.listNamespacedJob(request)),
      all("persistentvolumeclaims", (request) => core.listNamespacedPersistentVolumeClaim(request)),
    ]);
  return {
    takenAt,
    pods,
    events,
    deployments,
    replicaSets,
    statefulSets,
    daemonSets,
    jobs,
    persistentVolumeClaims,
  };
}
