import { createHmac } from "node:crypto";
import type { Placeholder } from "../placeholder.ts";
import type { ResolvedImage, ResolvedSecret } from "../resolve/resolved.ts";

/** What can be known of a stack's images and secrets without its engine. */
export interface FingerprintSources {
  readonly images: Readonly<Record<string, ResolvedImage>>;
  readonly secrets: readonly ResolvedSecret[];
  /** What the stack file holds of each secret, by key: its ciphertext. Never shown, only hashed. */
  readonly configured: Readonly<Record<string, string>>;
  /** Keys the fingerprints. Whoever lacks it can neither guess a value nor tell whether two stacks share one. */
  readonly key: Uint8Array;
}

const LENGTH = 16;

/**
 * Readable text for each placeholder.
 *
 * - An image that is pinned: its reference. One to be built: its repository and what it is built from. One that has yet
 *   to be pinned says so.
 * - A secret from the configuration: a keyed fingerprint of its ciphertext. It changes with every new value, and also
 *   when the same value is encrypted anew. What the stack file does not hold says so.
 * - A generated secret: a keyed fingerprint of its name and length; its value is made by the engine and not known here.
 * - A hash over secrets: a keyed fingerprint of theirs.
 */
export function fingerprints({ images, secrets, configured, key }: FingerprintSources): (one: Placeholder) => string {
  const sources = new Map(secrets.map((secret) => [secret.key, secret.source]));
  const keyed = (...parts: readonly string[]) =>
    createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex").slice(0, LENGTH);

  const secretText = (name: string): string => {
    const source = sources.get(name);
    if (source?.from === "random") {
      return `<secret ${name}: generated, ${keyed("random", name, String(source.length))}>`;
    }
    if (source?.from === "externalStore") return `<secret ${name}: in an external store>`;
    const ciphertext = configured[name];
    if (ciphertext === undefined) return `<secret ${name}: not in the stack file>`;
    return `<secret ${name}: configured, ${keyed("config", name, ciphertext)}>`;
  };

  return (placeholder) => {
    switch (placeholder.kind) {
      case "image":
        return imageText(images[placeholder.key], placeholder.key);
      case "secret":
        return secretText(placeholder.key);
      case "secretHash":
        return `<hash of secrets: ${keyed("hash", ...placeholder.key.split(",").map(secretText))}>`;
    }
  };
}

function imageText(image: ResolvedImage | undefined, key: string): string {
  if (!image) throw new Error(`The rendered objects name the image "${key}", which the stack did not resolve.`);
  switch (image.kind) {
    case "pinned":
      return image.reference;
    case "build":
      return `${image.repository}@<digest of ${image.context} by ${image.dockerfile}>`;
    case "unpinned":
      return `<image ${key}: not pinned>`;
  }
}
