import type { DatastoreDeclaration, RedisDeclaration } from "../declaration/datastore.ts";
import { fromConfig, random } from "../declaration/secret.ts";
import { resourcesSchema, standardSpecification, type Resources } from "../declaration/specification.ts";
import { overlay } from "../overlay.ts";
import { bytes, bytesSchema } from "../quantity.ts";
import type { DatastoreSettings } from "../settings/schema.ts";
import { checkName } from "./check-name.ts";
import { callersOf, clusterHost, datastorePorts, objectName, platformPath, type PlatformContext } from "./context.ts";
import { datastoreImage, type KeyedImage } from "./images.ts";
import { objectLabels, selectorLabels } from "./labels.ts";
import { alternatingLogin } from "./login.ts";
import type {
  AbsentDatastore,
  AlternatingLogin,
  External,
  InCluster,
  ResolvedDatastore,
  ResolvedPubsub,
  ResolvedSecret,
} from "./resolved.ts";
import { resolveSecret } from "./secrets.ts";
import { checkLimits } from "./specification.ts";

// Long enough that guessing is hopeless; letters and digits only, since it stands in URLs.
const PASSWORD = random(32);

/** The datastores that the stack does not have: those it says so of, and those that nobody gave it an image for. */
export function absentDatastores(context: PlatformContext): readonly AbsentDatastore[] {
  return context.platform.datastores.flatMap(({ name, engine }) => {
    const settings = settingsOf(context, { name, engine });
    if (settings.kind !== "absent") return [];
    return [{ platform: context.platform.name, datastore: name, engine, reason: settings.reason }];
  });
}

const NO_QDRANT_IMAGE = "Qdrant's server is in no package registry, and this stack pins no image of it";

function settingsOf(
  context: PlatformContext,
  { name, engine }: Pick<DatastoreDeclaration, "name" | "engine">,
): DatastoreSettings {
  const unsaid =
    engine === "qdrant" ? { kind: "absent" as const, reason: NO_QDRANT_IMAGE } : { kind: "inCluster" as const };
  return context.settings.datastores?.[name] ?? unsaid;
}

/**
 * A datastore with everything final, and the image it needs where it runs in the cluster. Undefined for one that the
 * stack does not have.
 */
export function resolveDatastore(
  context: PlatformContext,
  declaration: DatastoreDeclaration,
): { readonly datastore: ResolvedDatastore; readonly image?: KeyedImage } | undefined {
  const settings = settingsOf(context, declaration);
  checkName(context, declaration);
  if (settings.kind === "absent") return undefined;
  checkFits(context, declaration, settings);
  const name = objectName(context, declaration);
  const shared = {
    platform: context.platform.name,
    namespace: context.namespace,
    name: declaration.name,
    objectName: name,
    labels: objectLabels(context.platform.name, name, "datastore", context.stack),
    selector: selectorLabels(context.platform.name, name),
    callers: callersOf(context, declaration).map((service) => ({
      name: service.name,
      selector: selectorLabels(context.platform.name, objectName(context, service)),
    })),
  };
  if (settings.kind === "external") {
    const { host, port, addresses } = settings;
    const provided = { kind: "external" as const, host, port, addresses };
    return { datastore: withLogins(context, declaration, { ...shared, ...provided }, settings) };
  }
  const image = datastoreImage(context.images, declaration.engine, settings.image);
  const provided = {
    kind: "inCluster" as const,
    host: clusterHost(name, context.namespace),
    port: datastorePorts[declaration.engine],
    image: image.key,
    storage: settings.storage ?? ("storage" in declaration ? declaration.storage : NO_STORAGE),
    resources: datastoreResources(context, declaration, settings.resources ?? {}),
  };
  if (declaration.engine === "redis") checkMaxMemory(context, declaration, provided.resources);
  return { datastore: withLogins(context, declaration, { ...shared, ...provided }, settings), image };
}

type ProvidedSettings = Exclude<DatastoreSettings, { kind: "absent" }>;

/** What every engine has in common, as the stack provides it. */
type Provided = Omit<ResolvedPubsub, "declaration" | "project" | "kind"> & (InCluster | External);

// For the emulator, which has no volume: nothing reads it.
const NO_STORAGE = "0";

function withLogins(
  context: PlatformContext,
  declaration: DatastoreDeclaration,
  provided: Provided,
  settings: ProvidedSettings,
): ResolvedDatastore {
  const external = settings.kind === "external";
  const secret = (suffix: string) => {
    const name = secretName(declaration, suffix);
    if (!external) checkOwnPassword(context, declaration, name);
    return resolveSecret(context, name, external ? fromConfig : PASSWORD);
  };
  // Elsewhere the users are not ours to make.
  const application = (user: string, password: ResolvedSecret): AlternatingLogin =>
    external ? { user, password, firstUser: user } : alternatingLogin(user, password);
  switch (declaration.engine) {
    case "postgresql":
      return {
        ...provided,
        declaration,
        roles: {
          ...(external
            ? {}
            : {
                administrator: { user: "postgres", password: secret("ADMIN_PASSWORD") },
                backup: { user: `${declaration.database}_backup`, password: secret("BACKUP_PASSWORD") },
              }),
          owner: { user: `${declaration.database}_owner`, password: secret("OWNER_PASSWORD") },
          application: application(`${declaration.database}_app`, secret("APP_PASSWORD")),
        },
        ...(external && settings.fallback ? { fallback: settings.fallback } : {}),
      };
    case "rabbitmq":
      return { ...provided, declaration, application: application(context.platform.name, secret("PASSWORD")) };
    case "mongodb":
      return {
        ...provided,
        declaration,
        ...(external ? {} : { administrator: { user: "admin", password: secret("ADMIN_PASSWORD") } }),
        user: `${declaration.database}_app`,
        password: secret("PASSWORD"),
      };
    case "redis":
      return {
        ...provided,
        declaration,
        ...(external ? {} : { administrator: { user: "admin", password: secret("ADMIN_PASSWORD") } }),
        application: application(external ? "default" : "app", secret("PASSWORD")),
      };
    case "qdrant":
      return { ...provided, declaration, password: secret("API_KEY") };
    case "pubsub":
      return {
        ...provided,
        declaration,
        project: external ? (settings.project ?? declaration.project) : declaration.project,
      };
  }
}

const SUFFIXES: Readonly<Record<DatastoreDeclaration["engine"], readonly string[]>> = {
  postgresql: ["ADMIN_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "BACKUP_PASSWORD"],
  redis: ["ADMIN_PASSWORD", "PASSWORD"],
  rabbitmq: ["PASSWORD"],
  mongodb: ["ADMIN_PASSWORD", "PASSWORD"],
  qdrant: ["API_KEY"],
  pubsub: [],
};

/** The names of a datastore's own secrets, which a stack may take from elsewhere like any other. */
export function secretNames(declaration: DatastoreDeclaration): readonly string[] {
  return SUFFIXES[declaration.engine].map((suffix) => secretName(declaration, suffix));
}

/** Reports a source that the password of a server of ours cannot have. */
function checkOwnPassword(context: PlatformContext, { engine }: DatastoreDeclaration, name: string): void {
  const source = context.settings.secrets?.[name];
  if (source?.from === "externalStore") {
    context.report({
      path: platformPath(context, "secrets", name, "from"),
      problem: "the password of a datastore in the cluster is the program's to make and to change",
      value: source.from,
      allowed: "random or config; externalStore for a datastore of kind external",
      fix: "remove it",
    });
  }
  if (source?.from === "random" && (source.generation ?? 1) > 1 && (engine === "mongodb" || engine === "qdrant")) {
    context.report({
      path: platformPath(context, "secrets", name, "generation"),
      problem: `${engine} knows one password at a time, which a rotation would break its dependants with`,
      value: source.generation,
      allowed: "1 for mongodb and qdrant",
      fix: "remove it",
    });
  }
}

/** Reports settings that mean nothing to this engine, which a stack would believe to have said. */
function checkFits(context: PlatformContext, declaration: DatastoreDeclaration, settings: ProvidedSettings): void {
  const misplaced = (key: string, engine: string) => {
    context.report({
      path: platformPath(context, "datastores", declaration.name, key),
      problem: `means nothing to ${declaration.engine}`,
      allowed: `this key for ${engine} only`,
      fix: "remove it",
    });
  };
  if (settings.kind === "inCluster" && settings.storage !== undefined && !("storage" in declaration))
    misplaced("storage", "datastores that keep their data on a volume");
  if (settings.kind === "inCluster" && settings.backup && declaration.engine !== "postgresql")
    misplaced("backup", "postgresql");
  if (settings.kind === "inCluster" && declaration.engine === "qdrant" && settings.image?.kind !== "pinned") {
    context.report({
      path: platformPath(context, "datastores", declaration.name),
      problem: "fleet builds no image of Qdrant: its server is in no package registry (docker/README.md)",
      allowed: "{ kind: inCluster, image: { kind: pinned, … } }, { kind: external, … } or { kind: absent, reason }",
      fix: "pin qdrant/qdrant by digest where a container registry can be reached, or say why there is none",
    });
  }
  if (settings.kind !== "external") return;
  if (settings.fallback && declaration.engine !== "postgresql") misplaced("fallback", "postgresql");
  if (settings.project !== undefined && declaration.engine !== "pubsub") misplaced("project", "pubsub");
}

/** Reports a Redis that the kernel would kill before it throws anything away. */
function checkMaxMemory(context: PlatformContext, { name, maxMemory }: RedisDeclaration, { memory }: Resources): void {
  const valid = bytesSchema.safeParse(maxMemory).success;
  if (valid && bytes(maxMemory) < bytes(memory.limit)) return;
  context.report({
    path: `services.${context.platform.name}.${name}.maxMemory`,
    problem: valid ? "not below the memory limit: the kernel kills Redis before it evicts" : "not an amount of memory",
    value: maxMemory,
    allowed: `an amount in binary units below ${memory.limit}, the memory limit`,
    fix: `lower maxMemory, or raise ${platformPath(context, "datastores", name, "resources", "memory", "limit")}`,
  });
}

function secretName(declaration: DatastoreDeclaration, suffix: string): string {
  return `${declaration.name.toUpperCase().replaceAll("-", "_")}_${suffix}`;
}

function datastoreResources(context: PlatformContext, declaration: DatastoreDeclaration, settings: object): Resources {
  const declared = overlay(standardSpecification.resources, { ...declaration.resources });
  const parsed = resourcesSchema.safeParse(overlay(declared, { ...settings }));
  const path = platformPath(context, "datastores", declaration.name, "resources");
  if (parsed.success) {
    checkLimits(context, path, parsed.data);
    return parsed.data;
  }
  for (const issue of parsed.error.issues) {
    context.report({
      path: [path, ...issue.path.map(String)].join("."),
      problem: "not acceptable once the declaration and the stack are laid over each other",
      allowed: issue.message,
      fix: `correct it in services/${context.platform.name}/ or in the stack file`,
    });
  }
  return standardSpecification.resources;
}
