import type { Language } from "../declaration/service.ts";
import type { DatastoreSettings, ImageSource, StackSettings } from "../settings/schema.ts";
import type { DatastoreDeclaration } from "../declaration/datastore.ts";
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

/** An image and the key it is known by. Equal builds have equal keys, so that each is built once. */
export interface KeyedImage {
  readonly key: string;
  readonly image: ResolvedImage;
}

/** The image of one service. `name` is its repository below the stack's registry, as in `bizosaas/crm`. */
export function serviceImage(
  settings: StackSettings["images"],
  name: string,
  language: Language,
  source: ImageSource,
): KeyedImage {
  switch (source.kind) {
    case "pinned":
      return { key: name, image: { kind: "pinned", reference: `${source.repository}@${source.digest}` } };
    case "build":
      return {
        key: name,
        image: built(settings, name, source.context, `docker/${language}/Dockerfile`, baseOfLanguage[language]),
      };
    case "reference":
      return {
        key: "reference-workload",
        image: built(settings, "reference-workload", "docker/reference-workload", "docker/node/Dockerfile", "node"),
      };
  }
}

const folders: Readonly<Partial<Record<DatastoreDeclaration["engine"], string>>> = {
  postgresql: "docker/postgres",
  pubsub: "docker/pubsub-emulator",
};

/** The image of a datastore that runs in the cluster: ours, unless the stack pins another. */
export function datastoreImage(
  settings: StackSettings["images"],
  engine: DatastoreDeclaration["engine"],
  chosen: Extract<DatastoreSettings, { kind: "inCluster" }>["image"],
): KeyedImage {
  if (chosen?.kind === "pinned") {
    return {
      key: `${engine}@${chosen.digest}`,
      image: { kind: "pinned", reference: `${chosen.repository}@${chosen.digest}` },
    };
  }
  const folder = folders[engine] ?? `docker/${engine}`;
  return { key: engine, image: built(settings, engine, folder, `${folder}/Dockerfile`, "debian") };
}

/** The image that applies migrations. */
export function migrationImage(settings: StackSettings["images"]): KeyedImage {
  return {
    key: "migrations",
    image: built(settings, "migrations", "docker/migrations", "docker/migrations/Dockerfile", "node"),
  };
}

function built(
  settings: StackSettings["images"],
  name: string,
  context: string,
  dockerfile: string,
  base: Base,
): ResolvedImage {
  return {
    kind: "build",
    repository: `${settings.registry}/${name}`,
    context,
    dockerfile,
    ...(settings.buildNetwork === undefined ? {} : { network: settings.buildNetwork }),
    arguments: { BASE_IMAGE: baseImage(settings, base), BUILD_IMAGE: baseImage(settings, buildBase[base]) },
  };
}

function baseImage(settings: StackSettings["images"], base: keyof typeof officialBases): string {
  return settings.bases?.[base] ?? officialBases[base];
}
