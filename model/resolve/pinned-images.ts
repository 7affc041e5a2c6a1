import type { ResolvedStack } from "./resolved.ts";

/** An image that a stack pins, and where it says so. */
export interface PinnedImage {
  /** Such as `fleet:platforms.bizosaas.services.crm.image`; the first place, where there are several. */
  readonly path: string;
  /** `registry/repository@sha256:…`. */
  readonly reference: string;
}

/** Every image that a stack pins by digest, each once. */
export function pinnedImages(stack: ResolvedStack): readonly PinnedImage[] {
  const paths = new Map([...usedImages(stack)].reverse());
  return Object.entries(stack.images).flatMap(([key, image]) =>
    image.kind === "pinned" ? [{ path: paths.get(key) ?? "fleet:images", reference: image.reference }] : [],
  );
}

function usedImages({ platforms }: ResolvedStack): readonly (readonly [key: string, path: string])[] {
  return platforms.flatMap(({ name: platform, services, tasks, datastores, canary }) => [
    ...(canary?.services ?? []).map(
      ({ name, image }) => [image, `fleet:platforms.${platform}.canary.services.${name}.image`] as const,
    ),
    ...[...services, ...tasks].map(
      ({ name, image }) => [image, `fleet:platforms.${platform}.services.${name}.image`] as const,
    ),
    ...datastores.flatMap((datastore) =>
      datastore.kind === "external"
        ? []
        : [[datastore.image, `fleet:platforms.${platform}.datastores.${datastore.name}.image`] as const],
    ),
  ]);
}
