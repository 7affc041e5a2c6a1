import type { DatastoreDeclaration } from "./declaration/datastore.ts";
import type { PlatformDeclaration } from "./declaration/platform.ts";
import type { Seed, ServiceDeclaration } from "./declaration/service.ts";
import type { TaskDeclaration } from "./declaration/task.ts";
import type { HealthPaths, Resources } from "./declaration/specification.ts";
import type { Result } from "./issue.ts";
import { renderEnvironment } from "./render/environment.ts";
import type { ResolvedPlatform, ResolvedService, ResolvedWorkload } from "./resolve/resolved.ts";
import { resolveStack } from "./resolve/stack.ts";

/** One service as it is declared, platform defaults filled in, before any stack says otherwise. */
export interface ServiceEntry {
  readonly name: string;
  readonly title: string;
  readonly seeds: readonly Seed[];
  readonly language: string;
  readonly port: number;
  /** How it is reached from outside where a stack exposes it: by a host below the platform's domain, at a NodePort. */
  readonly outside: readonly string[];
  readonly health: HealthPaths;
  readonly endpoints: readonly string[];
  /** Names of its own variables, those that links yield among them; not those that every service has. */
  readonly variables: readonly string[];
  /** Names of its secrets. */
  readonly secrets: readonly string[];
  readonly dependencies: readonly { readonly name: string; readonly required: boolean }[];
  readonly resources: Resources;
}

/** One worker, job or cron job as it is declared. */
export interface TaskEntry extends Omit<ServiceEntry, "port" | "outside" | "health" | "endpoints"> {
  /** `worker`, `job`, or a cron job's schedule. */
  readonly runs: string;
}

/** One datastore and who uses it. */
export interface DatastoreEntry {
  readonly name: string;
  readonly engine: DatastoreDeclaration["engine"];
  readonly seeds: readonly Seed[];
  readonly port: number;
  readonly dependants: readonly string[];
}

export interface PlatformEntry {
  readonly name: string;
  readonly title: string;
  readonly seeds: readonly Seed[];
  readonly services: readonly ServiceEntry[];
  readonly tasks: readonly TaskEntry[];
  readonly datastores: readonly DatastoreEntry[];
}

/** Variables that every service has, whatever it declares. */
export const COMMON_VARIABLES: readonly string[] = ["HOST", "PORT", "SERVICE_NAME", "SERVICE_VERSION"];

/** Every service of a catalogue with its dependencies, variables and endpoints (seed 000, Service Inventory Cataloging). */
export function inventory(catalogue: readonly PlatformDeclaration[]): Result<readonly PlatformEntry[]> {
  const resolution = resolveStack({
    stack: "inventory",
    catalogue,
    raw: {
      values: {
        images: { registry: "inventory" },
        platforms: Object.fromEntries(catalogue.map(({ name }) => [name, {}])),
      },
      secrets: catalogue.flatMap(({ name, services }) =>
        services.flatMap(({ secrets }) => Object.keys(secrets ?? {}).map((secret) => `${name}.${secret}`)),
      ),
    },
    migrations: {},
  });
  if (!resolution.ok) return resolution;
  const entries = resolution.value.platforms.map((platform) => {
    const seeds = catalogue.find(({ name }) => name === platform.name)?.seeds ?? [];
    return platformEntry(platform, seeds);
  });
  return { ok: true, value: entries };
}

function platformEntry(platform: ResolvedPlatform, seeds: readonly Seed[]): PlatformEntry {
  const { name, title, services, tasks, datastores } = platform;
  return {
    name,
    title,
    seeds,
    services: services.map(serviceEntry),
    tasks: tasks.map((task) => ({ ...workloadEntry(task), runs: runs(task.declaration) })),
    datastores: datastores.map(({ declaration, port, callers }) => ({
      name: declaration.name,
      engine: declaration.engine,
      seeds: declaration.seeds,
      port,
      dependants: callers.map((caller) => caller.name),
    })),
  };
}

function runs(task: TaskDeclaration): string {
  return task.kind === "cronJob" ? task.schedule : task.kind;
}

function waysIn({ host, nodePort }: ServiceDeclaration): readonly string[] {
  return [
    ...(host === undefined ? [] : [host === "" ? "<domain>" : `${host}.<domain>`]),
    ...(nodePort === undefined ? [] : [`NodePort ${nodePort}`]),
  ];
}

function serviceEntry(service: ResolvedService): ServiceEntry {
  const { declaration, specification } = service;
  return {
    ...workloadEntry(service),
    port: specification.port,
    outside: waysIn(declaration),
    health: specification.health,
    endpoints: declaration.endpoints ?? [],
  };
}

function workloadEntry(service: ResolvedWorkload): Omit<ServiceEntry, "port" | "outside" | "health" | "endpoints"> {
  const { declaration, specification } = service;
  const { plain, secret, sharedPlain } = renderEnvironment(service);
  const secrets = Object.keys(service.secrets);
  const ownVariables = Object.keys({ ...sharedPlain, ...plain, ...secret }).filter(
    (name) => name !== "REFERENCE_CONTRACT" && !COMMON_VARIABLES.includes(name) && !secrets.includes(name),
  );
  return {
    name: service.name,
    title: service.title,
    seeds: declaration.seeds,
    language: declaration.language,
    variables: ownVariables.sort(),
    secrets: secrets.sort(),
    dependencies: service.links.map(({ target, required }) => ({ name: target, required })),
    resources: specification.resources,
  };
}
