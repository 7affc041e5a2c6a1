import { createHash } from "node:crypto";
import { renderMicroservice } from "../../../model/render/microservice.ts";
import type {
  ResolvedImage,
  ResolvedPlatform,
  ResolvedService,
  ResolvedStack,
} from "../../../model/resolve/resolved.ts";
import { buildResource, nameOf, type StateResource } from "../../engine/targets.ts";
import type { Revision } from "../plan.ts";

/** Images by key, by digest: those that the stack pins, and those that the engine has built. */
export function deployedImages(
  { images }: Pick<ResolvedStack, "images">,
  state: readonly StateResource[],
): Readonly<Record<string, string>> {
  const built = new Map(
    state.flatMap(({ urn, repoDigest }) => (repoDigest ? [[nameOf(urn), repoDigest] as const] : [])),
  );
  return Object.fromEntries(
    Object.entries(images).flatMap(([key, image]) => {
      const reference = image.kind === "pinned" ? image.reference : built.get(buildResource(key, image));
      return reference === undefined ? [] : [[key, reference]];
    }),
  );
}

/** What each service runs, given the images. */
export function revisionsOf(
  { services }: Pick<ResolvedPlatform, "services">,
  images: Readonly<Record<string, string>>,
): readonly Revision[] {
  return services.map((service) => ({
    service: service.name,
    image: images[service.image] ?? "",
    configuration: configurationHash(service),
  }));
}

/** Over everything that is rendered of a service; secrets are in it by their names. */
function configurationHash(service: ResolvedService): string {
  return createHash("sha256")
    .update(JSON.stringify(renderMicroservice(service)))
    .digest("hex")
    .slice(0, 16);
}

/** The images that a platform runs, every one by its digest. */
export function pinnedImages(
  platform: ResolvedPlatform,
  images: Readonly<Record<string, string>>,
): Readonly<Record<string, ResolvedImage>> {
  return Object.fromEntries(
    imageKeys(platform).flatMap((key) => {
      const reference = images[key];
      return reference === undefined ? [] : [[key, { kind: "pinned", reference }]];
    }),
  );
}

/** The keys of all images that a platform runs, its canary's too. */
export function imageKeys(platform: ResolvedPlatform): readonly string[] {
  const { services, canary, datastores, migrations } = platform;
  return [
    ...new Set([
      ...[...services, ...(canary?.services ?? [])].map(({ image }) => image),
      ...datastores.flatMap((datastore) => (datastore.kind === "inCluster" ? [datastore.image] : [])),
      ...migrations.map(({ image }) => image),
    ]),
  ];
}
