/** What one stack runs, as far as another can run the same. */
export interface ProvenImages {
  /** Digests by the name that `fleet:images.digests` knows an image by. */
  readonly digests: Readonly<Record<string, string>>;
  /** Images of other registries, by key: the stack that runs them pins them itself, and so must the other. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

/**
 * Takes apart what a stack's update reported of its images.
 *
 * @param references By image key, as the stack's output `images` has them: `ghcr.io/acme/bizosaas/crm@sha256:…`.
 * @param registry Where the other stack looks for images: `fleet:images.registry`.
 */
export function provenImages(references: Readonly<Record<string, string>>, registry: string): ProvenImages {
  const digests: Record<string, string> = {};
  const elsewhere: Record<string, string> = {};
  for (const [key, reference] of Object.entries(references)) {
    const [repository, digest] = reference.split("@");
    if (repository === `${registry}/${key}` && digest !== undefined) digests[key] = digest;
    else elsewhere[key] = reference;
  }
  return { digests, elsewhere };
}

/** One image whose digest changes; without `before`, it had none. */
export interface DigestChange {
  readonly image: string;
  readonly before?: string;
  readonly after?: string;
}

/** What differs between two sets of digests, by name. */
export function digestChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly DigestChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((image) => ({
      image,
      ...(before[image] === undefined ? {} : { before: before[image] }),
      ...(after[image] === undefined ? {} : { after: after[image] }),
    }));
}
