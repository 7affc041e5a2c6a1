import { registryOf, type Credentials } from "./image-inputs.ts";

/** What a manifest may be: one image, or several joined. Source: OCI Image Specification, Docker Registry HTTP API V2. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** A reference taken apart: `localhost:5000/fleet/crm:main@sha256:…`. */
export interface Reference {
  readonly registry: string;
  /** The path inside the registry. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Takes a reference apart. */
export function parseReference(reference: string): Reference {
  const registry = registryOf(reference);
  const [named = "", digest] = reference.split("@");
  const path = named.startsWith(`${registry}/`) ? named.slice(registry.length + 1) : named;
  const tag = /:([\w][\w.-]*)$/.exec(path)?.[1];
  return {
    registry,
    repository: tag === undefined ? path : path.slice(0, -tag.length - 1),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Gives an image of a registry on this machine a further tag, as `docker buildx imagetools create` does for a single
 * source: the same manifest, byte for byte, so that its digest stays. Returns the digest.
 */
export async function tagImage(
  tag: string,
  source: string,
  credentials: Credentials | undefined,
  signal: AbortSignal,
): Promise<string> {
  const [from, to] = [parseReference(source), parseReference(tag)];
  const authorization = credentials && {
    authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`,
  };
  const found = await fetch(manifestUrl(from, from.digest ?? from.tag ?? "latest"), {
    headers: { accept: MANIFESTS, ...authorization },
    signal,
  });
  if (!found.ok) throw new Error(`${from.registry} has no ${source} (HTTP ${found.status})`);
  const put = await fetch(manifestUrl(to, to.tag ?? "latest"), {
    method: "PUT",
    headers: { "content-type": found.headers.get("content-type") ?? "", ...authorization },
    body: await found.arrayBuffer(),
    signal,
  });
  const digest = put.headers.get("docker-content-digest");
  if (!put.ok || digest === null) throw new Error(`${to.registry} did not take the tag ${tag} (HTTP ${put.status})`);
  return digest;
}

function manifestUrl({ registry, repository }: Reference, reference: string): string {
  return `http://${registry}/v2/${repository}/manifests/${reference}`;
}
