import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import pRetry from "p-retry";
import { stringify } from "yaml";
import { formatReference, type ImageReference } from "../../../delivery/registry/reference.ts";
import { IMAGE_MANIFEST, openRepository } from "../../../delivery/registry/repository.ts";
import { unpackPackages } from "../../../toolchain/debian/packages.ts";

/** The registry of the local cluster, on a port and in a folder of its own. */
export interface RunningRegistry {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Where it keeps a blob or manifest with this digest. */
  readonly file: (digest: string) => string;
  readonly stop: () => Promise<void>;
}

export async function startRegistry(): Promise<RunningRegistry> {
  const packages = await unpackPackages("registry", ["docker-registry"], () => undefined);
  const folder = await mkdtemp(join(tmpdir(), "fleet-registry-"));
  const address = `127.0.0.1:${await freePort()}`;
  const configuration = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: folder } },
    http: { addr: address },
  };
  const file = join(folder, "config.yml");
  await writeFile(file, stringify(configuration));
  const run = execa(join(packages, "usr/bin/docker-registry"), ["serve", file], { reject: false, stdio: "ignore" });
  await pRetry(() => fetch(`http://${address}/v2/`), { retries: 50, minTimeout: 100, factor: 1 });
  return {
    address,
    file: (digest) => {
      const hex = digest.replace("sha256:", "");
      return join(folder, "docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data");
    },
    stop: async () => {
      run.kill();
      await run;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Pushes an image of some layers (gzipped tar archives), and returns it by digest. */
export async function pushImage(
  registry: string,
  repository: string,
  layers: readonly Buffer[],
): Promise<ImageReference & { readonly reference: string }> {
  const target = openRepository({ registry, repository });
  const configuration = {
    architecture: "amd64",
    os: "linux",
    config: { Labels: { repository } },
    rootfs: { type: "layers", diff_ids: [] },
  };
  const config = {
    ...(await target.putBlob(Buffer.from(JSON.stringify(configuration)))),
    mediaType: "application/vnd.oci.image.config.v1+json",
  };
  const stored = await Promise.all(
    layers.map(async (layer) => ({
      ...(await target.putBlob(layer)),
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
    })),
  );
  const { digest } = await target.putManifest({ schemaVersion: 2, mediaType: IMAGE_MANIFEST, config, layers: stored });
  const image = { registry, repository, digest };
  return { ...image, reference: formatReference(image) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
