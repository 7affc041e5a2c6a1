import { isPlainObject } from "../../model/overlay.ts";
import { formatReference, type ImageReference } from "../registry/reference.ts";
import { RegistryError } from "../registry/registry-error.ts";
import { isDescriptor, openRepository, type Descriptor, type Repository } from "../registry/repository.ts";
import { distinct, type SoftwareComponent } from "./component.ts";
import { mergeLayers, readLayer, type LayerContents, type ReadGoBuild } from "./layer.ts";

/** Lists the software in images: Debian and npm packages, Python distributions, Go modules, Node.js. */
export type ImageReader = (image: ImageReference) => Promise<readonly SoftwareComponent[]>;

/** A reader that reads a layer once, however many images stand on it. */
export function imageReader(readGoBuild: ReadGoBuild): ImageReader {
  const layers = new Map<string, Promise<LayerContents>>();
  return async (image) => {
    const repository = openRepository(image);
    const contents: LayerContents[] = [];
    for (const layer of await layersOf(repository, image)) {
      const reading = layers.get(layer.digest) ?? readFrom(repository, layer, readGoBuild, image);
      layers.set(layer.digest, reading);
      contents.push(await reading);
    }
    return distinct(mergeLayers(contents));
  };
}

async function readFrom(
  repository: Repository,
  layer: Descriptor,
  readGoBuild: ReadGoBuild,
  image: ImageReference,
): Promise<LayerContents> {
  try {
    return await readLayer(await repository.blob(layer.digest), layer, readGoBuild);
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw new RegistryError(`${formatReference(image)} cannot be read: ${error instanceof Error ? error.message : ""}`);
  }
}

async function layersOf(repository: Repository, image: ImageReference): Promise<readonly Descriptor[]> {
  const manifest = await readManifest(repository, image.digest);
  const platforms = manifest["manifests"];
  const chosen = Array.isArray(platforms) ? (platforms as readonly unknown[]).find(isForLinuxAmd64) : undefined;
  const { layers } = isDescriptor(chosen) ? await readManifest(repository, chosen.digest) : manifest;
  if (Array.isArray(layers)) return (layers as readonly unknown[]).filter(isDescriptor);
  throw new RegistryError(`${formatReference(image)} is no image for linux/amd64`);
}

async function readManifest(repository: Repository, digest: string) {
  const manifest: unknown = JSON.parse((await repository.manifest(digest))?.toString() ?? "{}");
  return isPlainObject(manifest) ? manifest : {};
}

function isForLinuxAmd64(descriptor: unknown): boolean {
  const platform = isPlainObject(descriptor) ? descriptor["platform"] : undefined;
  return isPlainObject(platform) && platform["os"] === "linux" && platform["architecture"] === "amd64";
}
