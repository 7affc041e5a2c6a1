import { mkdir } from "node:fs/promises";
import { lock } from "proper-lockfile";
import { ToolchainError } from "../progress.ts";
import type { ClusterLayout } from "./layout.ts";

/** Runs `work` while no other start, stop or reset runs on this machine; waits for one that does, up to ten minutes. */
export async function withClusterLock<T>(layout: ClusterLayout, work: () => Promise<T>): Promise<T> {
  await mkdir(layout.state, { recursive: true, mode: 0o711 });
  // A holder that was killed stops refreshing the lock, and it is free again after `stale`.
  const options = {
    lockfilePath: `${layout.state}.lock`,
    stale: 10_000,
    retries: { retries: 600, factor: 1, minTimeout: 1000 },
  };
  const release = await lock(layout.state, options).catch(() => {
    throw new ToolchainError("Another fleet command has been starting or stopping the local cluster for ten minutes.");
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
