import { rm } from "node:fs/promises";
import { requireDebianRoot } from "../debian/host.ts";
import { reported, type Progress } from "../progress.ts";
import { clusterLayout } from "./layout.ts";
import { withClusterLock } from "./lock.ts";
import { restoreMachine } from "./machine.ts";
import { endProcesses } from "./supervision.ts";

/**
 * Stops the local cluster and gives the machine back: no process, mount, interface, firewall rule, cgroup or kernel
 * setting stays. Etcd's data, images and volumes do, so that the next start is warm and every pod returns.
 */
export async function stopCluster(progress: Progress): Promise<void> {
  await requireDebianRoot();
  await withClusterLock(clusterLayout, () => stop(progress));
}

/** Stops the local cluster and deletes its state: objects, images, volumes, certificates and logs. */
export async function resetCluster(progress: Progress): Promise<void> {
  await requireDebianRoot();
  await withClusterLock(clusterLayout, async () => {
    await stop(progress);
    await reported(progress, "Deleting the local cluster's state", () =>
      rm(clusterLayout.state, { recursive: true, force: true }),
    );
  });
}

async function stop(progress: Progress): Promise<void> {
  await reported(progress, "Stopping the local cluster", async () => {
    await endProcesses(clusterLayout);
    await restoreMachine(clusterLayout);
  });
}
