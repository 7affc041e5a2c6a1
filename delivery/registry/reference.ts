/** An image by digest, in its parts. */
export interface ImageReference {
  /** Host and port, such as `ghcr.io` or `localhost:5000`. */
  readonly registry: string;
  /** Path below the registry, such as `acme/crm`. */
  readonly repository: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** The parts of `registry/repository@sha256:…`; undefined for anything else. A tag before the digest is left out. */
export function parseReference(text: string): ImageReference | undefined {
  const match = /^([^/\s]+)\/([^@:\s]+)(?::[\w.-]+)?@(sha256:[0-9a-f]{64})$/.exec(text);
  const [, registry, repository, digest] = match ?? [];
  if (registry === undefined || repository === undefined || digest === undefined) return undefined;
  return { registry, repository, digest };
}

/** `registry/repository@sha256:…`. */
export function formatReference({ registry, repository, digest }: ImageReference): string {
  return `${registry}/${repository}@${digest}`;
}
