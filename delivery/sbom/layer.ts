import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { PackageURL } from "packageurl-js";
import { extract, type Header } from "tar-stream";
import { isPlainObject } from "../../model/overlay.ts";
import { npmComponent, pythonComponent, type SoftwareComponent } from "./component.ts";
import { debianComponents } from "./debian-status.ts";
import { goComponents } from "./go-build.ts";

/** What one layer of an image adds and takes away (OCI Image Specification, Layer Filesystem Changeset). */
export interface LayerContents {
  /** Software by the file that says so; a file of a later layer takes the place of an earlier one's. */
  readonly software: ReadonlyMap<string, readonly SoftwareComponent[]>;
  /** Paths that are gone, with all below them. */
  readonly removed: readonly string[];
}

/** Reads how a Go executable was built; undefined where nobody can say. */
export type ReadGoBuild = (executable: Buffer) => Promise<unknown>;

const GO_BUILD_INFORMATION = Buffer.from("\xff Go buildinf:", "latin1");
const EXECUTABLE_BYTES = { least: 100_000, most: 500_000_000 };

/**
 * Reads a layer as it streams in. Throws where its bytes do not have the digest, or it is packed in another way than gzip.
 */
export async function readLayer(
  content: ReadableStream,
  { digest, mediaType }: { readonly digest: string; readonly mediaType: string },
  readGoBuild: ReadGoBuild,
): Promise<LayerContents> {
  if (mediaType.endsWith("zstd")) throw new Error(`${digest} is packed with zstd, which this program does not read`);
  const software = new Map<string, readonly SoftwareComponent[]>();
  const removed: string[] = [];
  const hash = createHash("sha256");
  const archive = extract();
  const bytes = Readable.fromWeb(content);
  bytes.on("data", (chunk: Buffer) => hash.update(chunk));
  const unpacked = mediaType.endsWith("gzip") ? createGunzip() : new PassThrough();
  const reading = pipeline(bytes, unpacked, archive);
  // What is wrong with the archive ends the loop below too; here it must not end the process first.
  reading.catch(() => undefined);

  for await (const entry of archive) {
    const path = entry.header.name.replace(/^\.?\//, "");
    const file = basename(path);
    if (file === ".wh..wh..opq") removed.push(dirname(path));
    else if (file.startsWith(".wh.")) removed.push(`${dirname(path)}/${file.slice(4)}`.replace(/^\.\//, ""));
    const read = readerOf(path, entry.header, readGoBuild);
    if (read) {
      const found = await read(await whole(entry));
      if (found.length > 0) software.set(path, found);
    } else {
      entry.resume();
    }
  }
  await reading;
  const actual = `sha256:${hash.digest("hex")}`;
  if (actual !== digest) throw new Error(`the layer ${digest} has the digest ${actual}`);
  return { software, removed };
}

/** What an image made of these layers, from the lowest up, holds in the end. */
export function mergeLayers(layers: readonly LayerContents[]): readonly SoftwareComponent[] {
  const files = new Map<string, readonly SoftwareComponent[]>();
  for (const { software, removed } of layers) {
    for (const path of files.keys()) {
      if (removed.some((gone) => path === gone || path.startsWith(`${gone}/`))) files.delete(path);
    }
    for (const [path, components] of software) files.set(path, components);
  }
  return [...files.values()].flat();
}

type Read = (content: Buffer) => Promise<readonly SoftwareComponent[]> | readonly SoftwareComponent[];

/** How a file tells of software; undefined for most files, which do not. */
function readerOf(path: string, { type, mode, size }: Header, readGoBuild: ReadGoBuild): Read | undefined {
  if (type !== "file") return undefined;
  if (path === "var/lib/dpkg/status" || /^var\/lib\/dpkg\/status\.d\/[^.]+$/.test(path)) {
    return (content) => debianComponents(content.toString());
  }
  if (/(^|\/)node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(path)) return npmPackage;
  if (/\.dist-info\/METADATA$/.test(path)) return pythonDistribution;
  const isProgram = (mode & 0o111) !== 0 && size >= EXECUTABLE_BYTES.least && size <= EXECUTABLE_BYTES.most;
  return isProgram ? (content) => executable(path, content, readGoBuild) : undefined;
}

function npmPackage(content: Buffer): readonly SoftwareComponent[] {
  try {
    const manifest: unknown = JSON.parse(content.toString());
    if (!isPlainObject(manifest)) return [];
    const { name, version, license } = manifest;
    if (typeof name !== "string" || typeof version !== "string") return [];
    return [{ ...npmComponent(name, version), ...(typeof license === "string" ? { license } : {}) }];
  } catch {
    // Some packages carry a broken one among their own tests.
    return [];
  }
}

function pythonDistribution(content: Buffer): readonly SoftwareComponent[] {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(content.toString())?.[1]?.trim();
  const [name, version] = [field("Name"), field("Version")];
  return name === undefined || version === undefined ? [] : [pythonComponent(name, version)];
}

async function executable(path: string, content: Buffer, readGoBuild: ReadGoBuild) {
  if (content.includes(GO_BUILD_INFORMATION)) return goComponents(await readGoBuild(content));
  if (basename(path) !== "node") return [];
  // Node.js names the address of its own sources (process.release.sourceUrl).
  const version = /nodejs\.org\/download\/release\/v(\d+\.\d+\.\d+)\//.exec(content.toString("latin1"))?.[1];
  if (version === undefined) return [];
  return [{ name: "node", version, purl: new PackageURL("generic", undefined, "node", version).toString() }];
}

async function whole(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}
