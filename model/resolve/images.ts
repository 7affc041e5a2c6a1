import type { DatastoreDeclaration } from "../declaration/datastore.ts";
import type { Language } from "../declaration/service.ts";
import type { ImagePlatform, ImageSettings, ImageSource } from "../settings/images.ts";
import type { DatastoreSettings } from "../settings/schema.ts";
import type { ResolvedImage } from "./resolved.ts";

/** Official bases, for a machine that reaches their registry. A stack may name its own. */
const officialBases = {
  debian: "docker.io/library/debian:trixie-slim",
  node: "docker.io/library/node:20-bookworm-slim",
  nodeBuild: "docker.io/library/node:20-bookworm-slim",
  python: "docker.io/library/python:3.11-slim-bookworm",
  pythonBuild: "docker.io/library/python:3.11-slim-bookworm",
} as const;

type Base = "debian" | "node" | "python";

const buildBase = { debian: "debian", node: "nodeBuild", python: "pythonBuild" } as const;

const baseOfLanguage: Readonly<Record<Language, Base>> = { python: "python", node: "node", nextjs: "node" };

const DEFAULT_PLATFORMS: readonly ImagePlatform[] = ["linux/amd64", "linux/arm64"];

/** The image that stands in for a service of which a stack names neither source nor digest. */
export const REFERENCE_WORKLOAD = "reference-workload";
/** The image that applies migrations. */
export const MIGRATIONS = "migrations";

/** An image and the key it is known by. Equal builds have equal keys, so that each is built once. */
export interface KeyedImage {
  readonly key: string;
  readonly image: ResolvedImage;
}

/** The image of one service, and whether that is the reference workload. */
export interface ServiceImage extends KeyedImage {
  readonly reference: boolean;
}

/** Where a stack says that a service's image comes from. */
export interface ServiceSource {
  /** What the stack says of this service alone. */
  readonly chosen?: ImageSource;
  /** What it says of all the platform's services. */
  readonly sourceRoot?: string;
}

/**
 * The image of one service: as the stack says of it, else by its digest, else from the platform's sources, else the
 * reference workload.
 */
export function serviceImage(
  settings: ImageSettings,
  service: ServiceName & { readonly language: Language | "thirdParty" },
  { chosen, sourceRoot }: ServiceSource,
): ServiceImage {
  const { platform, name, language } = service;
  const key = `${platform}/${name}`;
  if (chosen?.kind === "pinned") return { key, image: pinned(chosen), reference: false };
  if (language === "thirdParty") return { key, image: { kind: "unpinned" }, reference: false };
  if (chosen?.kind === "reference") return reference(settings);
  const source = chosen ? ownSource(chosen, service) : sharedSource(sourceRoot, service);
  if (!source && settings.digests?.[key] === undefined) return reference(settings);
  const recipe = source && { ...source, dockerfile: `docker/${language}/Dockerfile`, base: baseOfLanguage[language] };
  return { ...own(settings, key, recipe), reference: false };
}

interface ServiceName {
  readonly platform: string;
  readonly name: string;
}

function ownSource(
  { context, arguments: further = {} }: Extract<ImageSource, { kind: "build" }>,
  service: ServiceName,
) {
  const setting = `fleet:platforms.${service.platform}.services.${service.name}.image.context`;
  return { context, setting, further };
}

function sharedSource(root: string | undefined, { platform, name }: ServiceName) {
  if (root === undefined) return undefined;
  return { context: `${root.replace(/\/+$/, "")}/${name}`, setting: `fleet:platforms.${platform}.sourceRoot` };
}

function reference(settings: ImageSettings): ServiceImage {
  const recipe = { context: "docker/reference-workload", dockerfile: "docker/node/Dockerfile", base: "node" as const };
  return { ...own(settings, REFERENCE_WORKLOAD, recipe), reference: true };
}

const folders: Readonly<Partial<Record<DatastoreDeclaration["engine"], string>>> = {
  postgresql: "docker/postgres",
  pubsub: "docker/pubsub-emulator",
};

/** The image of a datastore that runs in the cluster: ours, unless the stack pins another. */
export function datastoreImage(
  settings: ImageSettings,
  engine: DatastoreDeclaration["engine"],
  chosen: Extract<DatastoreSettings, { kind: "inCluster" }>["image"],
): KeyedImage {
  if (chosen?.kind === "pinned") return { key: `${engine}@${chosen.digest}`, image: pinned(chosen) };
  const folder = folders[engine] ?? `docker/${engine}`;
  return own(settings, engine, { context: folder, dockerfile: `${folder}/Dockerfile`, base: "debian" });
}

/** The image that applies migrations. */
export function migrationImage(settings: ImageSettings): KeyedImage {
  const recipe = { context: "docker/migrations", dockerfile: "docker/migrations/Dockerfile", base: "node" as const };
  return own(settings, MIGRATIONS, recipe);
}

interface Recipe {
  readonly context: string;
  readonly setting?: string;
  readonly dockerfile: string;
  readonly base: Base;
  /** Build arguments besides the bases. */
  readonly further?: Readonly<Record<string, string>>;
}

function pinned({ repository, digest }: { readonly repository: string; readonly digest: string }): ResolvedImage {
  return { kind: "pinned", reference: `${repository}@${digest}` };
}

/** An image of the stack's own registry: by its digest where the stack names one, else built, where it builds at all. */
function own(settings: ImageSettings, key: string, recipe: Recipe | undefined): KeyedImage {
  const digest = settings.digests?.[key];
  const repository = `${settings.registry}/${key}`;
  if (digest !== undefined) return { key, image: pinned({ repository, digest }) };
  const builder = settings.builder ?? { kind: "docker" };
  if (builder.kind === "none" || !recipe) return { key, image: { kind: "unpinned" } };
  const { context, setting, dockerfile, base, further = {} } = recipe;
  return {
    key,
    image: {
      kind: "build",
      repository,
      context,
      ...(setting === undefined ? {} : { setting }),
      dockerfile,
      ...(settings.buildNetwork === undefined ? {} : { network: settings.buildNetwork }),
      arguments: {
        BASE_IMAGE: baseImage(settings, base),
        BUILD_IMAGE: baseImage(settings, buildBase[base]),
        ...further,
      },
      ...(builder.kind === "buildx"
        ? {
            buildx: {
              ...(builder.name === undefined ? {} : { builder: builder.name }),
              platforms: builder.platforms ?? DEFAULT_PLATFORMS,
              cache: `${builder.cacheRegistry ?? settings.registry}/${key}`,
            },
          }
        : {}),
    },
  };
}

function baseImage(settings: ImageSettings, base: keyof typeof officialBases): string {
  return settings.bases?.[base] ?? officialBases[base];
}
