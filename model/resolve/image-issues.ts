import type { PlatformDeclaration } from "../declaration/platform.ts";
import type { Issue } from "../issue.ts";
import type { ImageSettings } from "../settings/images.ts";
import { MIGRATIONS, REFERENCE_WORKLOAD } from "./images.ts";
import type { ResolvedImage, ResolvedStack } from "./resolved.ts";

/**
 * What is wrong with a stack's images as a whole, as far as its file tells.
 *
 * @param configured Which secrets the stack's configuration holds.
 */
export function imageIssues(
  settings: ImageSettings,
  images: Readonly<Record<string, ResolvedImage>>,
  catalogue: readonly PlatformDeclaration[],
  configured: readonly string[],
): readonly Issue[] {
  return [...unknownDigests(settings, catalogue), ...missingPassword(settings, images, configured)];
}

function unknownDigests({ digests = {} }: ImageSettings, catalogue: readonly PlatformDeclaration[]): Issue[] {
  const known = imageNames(catalogue);
  return Object.keys(digests)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: `fleet:images.digests.${name}`,
      problem: "there is no such image",
      allowed: `one of ${known.join(", ")}`,
      fix: "correct the name, or remove it",
    }));
}

/** Why a stack that builds nothing cannot come up: what it runs and names no digest of. */
export function unpinnedImages({ stack, images }: Pick<ResolvedStack, "stack" | "images">): readonly Issue[] {
  const names = Object.keys(images).filter((key) => images[key]?.kind === "unpinned");
  if (names.length === 0) return [];
  return [
    {
      path: "fleet:images.digests",
      problem: `the stack builds nothing and names no digest of ${names.join(", ")}`,
      allowed: "a digest of each image that the stack runs, or a builder other than none",
      fix: `npx fleet images pin --stack ${stack} --from STACK, the stack that has proven them, such as staging`,
    },
  ];
}

/** The secret with the password of the account that pushes images, as `SECTION.NAME`. */
export const REGISTRY_PASSWORD = "registry.password";

function missingPassword(
  { username }: ImageSettings,
  images: Readonly<Record<string, ResolvedImage>>,
  configured: readonly string[],
): Issue[] {
  const pushes = Object.values(images).some(({ kind }) => kind === "build");
  if (username === undefined || !pushes || configured.includes(REGISTRY_PASSWORD)) return [];
  return [
    {
      path: `fleet:secrets.${REGISTRY_PASSWORD}`,
      problem: "missing secret",
      allowed: `the password of ${username}, in the stack's encrypted configuration`,
      fix: `pulumi config set --secret --path 'fleet:secrets.${REGISTRY_PASSWORD}'`,
    },
  ];
}

/**
 * The folders that images would be built from and that are not there.
 *
 * @param exists Whether there is such a folder, by its path as the stack writes it.
 */
export function missingSources(
  images: Readonly<Record<string, ResolvedImage>>,
  exists: (context: string) => boolean,
): readonly Issue[] {
  return Object.entries(images).flatMap(([key, image]) =>
    image.kind !== "build" || exists(image.context)
      ? []
      : [
          {
            path: image.setting ?? image.dockerfile,
            problem: `${key} has no folder to be built from`,
            value: image.context,
            allowed: "a folder with the service's source",
            fix: "check it out there, correct the path, or give the service another `image`",
          },
        ],
  );
}

/** Every image of the stack's registry that there can be, by the name that `fleet:images.digests` knows it by. */
export function imageNames(catalogue: readonly PlatformDeclaration[]): readonly string[] {
  const services = catalogue.flatMap(({ name, services }) => services.map((service) => `${name}/${service.name}`));
  const engines = catalogue.flatMap(({ datastores }) => datastores.map(({ engine }) => engine));
  // Qdrant's image is never fleet's: a stack pins it where it says that it runs in the cluster.
  return [...services, ...new Set(engines.filter((engine) => engine !== "qdrant")), MIGRATIONS, REFERENCE_WORKLOAD];
}
