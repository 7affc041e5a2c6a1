import { createHash } from "node:crypto";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import type { ImageReference } from "./reference.ts";
import { RegistryError } from "./registry-error.ts";
import { requestsTo, type RegistryAccount } from "./requests.ts";

/** What a manifest says of a part of an image (OCI Image Specification, Descriptor). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** One repository of a registry (OCI Distribution Specification 1.1). */
export interface Repository {
  /** A manifest's bytes by digest or tag; undefined where there is none. A digest that they do not have is an error. */
  readonly manifest: (reference: string) => Promise<Buffer | undefined>;
  /** A blob by digest, as a stream of bytes that nobody has compared with the digest yet. */
  readonly blob: (digest: string) => Promise<ReadableStream<Uint8Array>>;
  /** What refers to a manifest, of one type. */
  readonly referrers: (digest: string, artifactType: string) => Promise<readonly Descriptor[]>;
  readonly putBlob: (content: Buffer) => Promise<Descriptor>;
  /** @param tag Where it is to be found besides its digest. Default: nowhere. */
  readonly putManifest: (manifest: OciManifest, tag?: string) => Promise<Descriptor>;
  /** Has a tag name a manifest that is there, whatever it named before. Writes nothing where it does already. */
  readonly tag: (digest: string, tag: string) => Promise<void>;
}

/** A manifest as it is written. */
export interface OciManifest {
  readonly mediaType: string;
  readonly [field: string]: unknown;
}

export const IMAGE_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const IMAGE_INDEX = "application/vnd.oci.image.index.v1+json";

const manifestTypes = [
  IMAGE_INDEX,
  IMAGE_MANIFEST,
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Opens one repository; nothing is sent yet. Every failure is a `RegistryError`.
 *
 * @param account Whom the registry is to know this as. Default: whoever `docker login` has left on this machine.
 */
export function openRepository(image: Omit<ImageReference, "digest">, account?: RegistryAccount): Repository {
  const { registry, repository } = image;
  const send = requestsTo(image, account);

  const accepted = (response: Response, what: string): Response => {
    if (response.ok) return response;
    throw new RegistryError(`${registry} answered ${response.status} for ${what} of ${repository}`);
  };

  const manifest: Repository["manifest"] = async (reference) => {
    const response = await send(`/manifests/${reference}`, { headers: { accept: manifestTypes } });
    if (response.status === 404) return undefined;
    const bytes = Buffer.from(await accepted(response, `the manifest ${reference}`).arrayBuffer());
    const actual = digestOf(bytes);
    if (reference.startsWith("sha256:") && reference !== actual) {
      throw new RegistryError(`what ${registry} has under its digest has the digest ${actual}`);
    }
    return bytes;
  };

  return {
    manifest,
    blob: async (digest) => {
      const { body } = accepted(await send(`/blobs/${digest}`), `the blob ${digest}`);
      if (!body) throw new RegistryError(`${registry} answered nothing for the blob ${digest} of ${repository}`);
      return body;
    },
    referrers: async (digest, artifactType) => {
      const response = await send(`/referrers/${digest}?artifactType=${encodeURIComponent(artifactType)}`);
      const index = response.ok ? await response.text() : (await manifest(referrersTag(digest)))?.toString();
      return descriptorsIn(index).filter((descriptor) => descriptor.artifactType === artifactType);
    },
    putBlob: async (content) => {
      const digest = digestOf(content);
      const started = accepted(await send("/blobs/uploads/", { method: "POST" }), "an upload");
      const location = new URL(started.headers.get("location") ?? "", "http://relative");
      location.searchParams.set("digest", digest);
      const target = location.host === "relative" ? `${location.pathname}${location.search}` : location.href;
      const headers = { "content-type": "application/octet-stream" };
      accepted(await send(target, { method: "PUT", headers, body: content }), `the upload of ${digest}`);
      return { mediaType: "application/octet-stream", digest, size: content.length };
    },
    putManifest: async (content, tag) => {
      const body = Buffer.from(JSON.stringify(content));
      const digest = digestOf(body);
      const headers = { "content-type": content.mediaType };
      accepted(await send(`/manifests/${tag ?? digest}`, { method: "PUT", headers, body }), `the upload of ${digest}`);
      return { mediaType: content.mediaType, digest, size: body.length };
    },
    tag: async (digest, tag) => {
      const [body, tagged] = await Promise.all([manifest(digest), manifest(tag)]);
      if (!body) throw new RegistryError(`${registry} has no ${repository}@${digest}`);
      if (tagged?.equals(body) === true) return;
      const headers = { "content-type": mediaTypeOf(body) };
      accepted(await send(`/manifests/${tag}`, { method: "PUT", headers, body }), `the tag ${tag}`);
    },
  };
}

/** Stores some bytes beside an image, as a manifest that refers to it (OCI Image Specification 1.1, `subject`). */
export async function attach(
  image: ImageReference,
  {
    artifactType,
    content,
    annotations,
  }: {
    readonly artifactType: string;
    readonly content: Buffer;
    readonly annotations: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const repository = openRepository(image);
  const subject = await repository.manifest(image.digest);
  if (!subject) throw new RegistryError(`${image.registry} has no ${image.repository}@${image.digest}`);
  const empty = { ...(await repository.putBlob(Buffer.from("{}"))), mediaType: "application/vnd.oci.empty.v1+json" };
  const layer = { ...(await repository.putBlob(content)), mediaType: artifactType };
  const referrer = await repository.putManifest({
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    artifactType,
    config: empty,
    layers: [layer],
    subject: { mediaType: mediaTypeOf(subject), digest: image.digest, size: subject.length },
    annotations,
  });
  const listed = await repository.referrers(image.digest, artifactType);
  if (!listed.some(({ digest }) => digest === referrer.digest)) {
    await listByTag(repository, image.digest, { ...referrer, artifactType, annotations });
  }
}

/** Where a registry without the referrers API keeps the list (OCI Distribution Specification, Referrers Tag Schema). */
async function listByTag(repository: Repository, subject: string, referrer: PlainObject): Promise<void> {
  const tag = referrersTag(subject);
  const known = descriptorsIn((await repository.manifest(tag))?.toString());
  const index = { schemaVersion: 2, mediaType: IMAGE_INDEX, manifests: [...known, referrer] };
  await repository.putManifest(index, tag);
}

/** The digest of some bytes as registries write it. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function mediaTypeOf(manifest: Buffer): string {
  const described: unknown = JSON.parse(manifest.toString());
  const mediaType = isPlainObject(described) ? described["mediaType"] : undefined;
  return typeof mediaType === "string" ? mediaType : IMAGE_MANIFEST;
}

function referrersTag(digest: string): string {
  return digest.replace(":", "-");
}

function descriptorsIn(index: string | undefined): readonly (Descriptor & { readonly artifactType?: unknown })[] {
  const parsed: unknown = JSON.parse(index ?? "{}");
  const manifests = isPlainObject(parsed) ? parsed["manifests"] : undefined;
  return Array.isArray(manifests) ? manifests.filter(isDescriptor) : [];
}

/** Whether a value from a manifest describes a part that can be fetched. */
export function isDescriptor(value: unknown): value is Descriptor {
  if (!isPlainObject(value)) return false;
  const { mediaType, digest, size } = value;
  return typeof mediaType === "string" && typeof digest === "string" && typeof size === "number";
}
