import { clusterLayout, clusterPaths, registryAddress } from "../cluster/layout.ts";
import type { Progress } from "../progress.ts";
import { ensureImage } from "./build.ts";
import { debianImage } from "./debian.ts";
import { nodeImage } from "./node.ts";

/** Base images for the stack's builds, by digest. */
export interface BaseImages {
  /** Minimal Debian with apt; also under the tag of its suite. */
  readonly debian: string;
  /** The same with this machine's Node.js and npm; also under its major version and `local`. */
  readonly node: string;
}

/**
 * Builds the base images from what the machine has, unless the local registry has them already.
 *
 * The local cluster must run. Throws `ToolchainError` when a build or a push fails.
 */
export async function ensureBaseImages(progress: Progress): Promise<BaseImages> {
  const paths = clusterPaths(clusterLayout);
  const store = {
    registry: registryAddress,
    dockerHost: `unix://${paths.dockerSocket}`,
    docker: `${paths.bin}/docker`,
  };
  const debian = await ensureImage(await debianImage(), store, progress);
  return { debian, node: await ensureImage(await nodeImage(debian), store, progress) };
}
