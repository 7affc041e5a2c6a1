import type { ResolvedPlatform, ResolvedService, ResolvedStack } from "../resolve/resolved.ts";
import { renderBackup } from "./backup.ts";
import { renderCanary, renderCanaryGround } from "./canary.ts";
import { renderDatastore } from "./datastore.ts";
import { renderMicroservice } from "./microservice.ts";
import { renderTask } from "./task.ts";
import type { WorkloadObjects } from "./workload.ts";
import { renderMigration } from "./migration.ts";
import { renderPlatform } from "./platform.ts";
import { renderGateway, renderRoute } from "./route.ts";

/** As much of any rendered object as tells one from the other. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** One rendered object, and who asked for it. */
export interface Rendered {
  /** The Pulumi name of its resource: the component's name and its part in it, as in `bizosaas-crm-network-policy`. */
  readonly logicalName: string;
  /** The Pulumi name of the component that it is a part of: `bizosaas-crm`. */
  readonly component: string;
  readonly platform: string;
  /** The service or datastore it belongs to; left out for what a whole platform shares. */
  readonly owner?: string;
  /**
   * What it is to a release: `canary` comes and goes with the new revisions, `route` parts the requests between them and
   * the stable ones, `stable` is all else.
   */
  readonly role: "stable" | "canary" | "route";
  readonly object: KubernetesObject;
}

/**
 * Every object of a stack, placeholders and all: what components register and `fleet render` prints.
 *
 * Ordered by namespace, the Namespace itself first, then by kind and name: the same stack is the same list.
 */
export function renderStack(stack: ResolvedStack): readonly Rendered[] {
  const keyed = stack.platforms.flatMap(renderWholePlatform).map((one) => ({ one, path: objectPath(one.object) }));
  return keyed.sort((a, b) => compare(sortKey(a.path), sortKey(b.path))).map(({ one }) => one);
}

/** Where an object stands in a folder of rendered objects: `<namespace>/<Kind>-<name>`, without an ending. */
export function objectPath({ kind = "", metadata }: KubernetesObject): string {
  const name = metadata?.name ?? "";
  const namespace = kind === "Namespace" ? name : (metadata?.namespace ?? "cluster");
  return `${namespace}/${kind}-${name}`;
}

type Role = Rendered["role"];

function renderWholePlatform(platform: ResolvedPlatform): readonly Rendered[] {
  const parts = (component: string, objects: object, owner?: string, role: Role = "stable"): readonly Rendered[] =>
    Object.entries(objects).map(([part, object]: [string, KubernetesObject]) => ({
      logicalName: `${component}-${kebab(part)}`,
      component,
      platform: platform.name,
      ...(owner === undefined ? {} : { owner }),
      role,
      object,
    }));
  const services = (prefix: string, all: readonly ResolvedService[], role: Role) =>
    all.flatMap((service) =>
      parts(`${prefix}-${service.name}`, claimsByPart(renderMicroservice(service)), service.name, role),
    );
  const { name, gateway, release, canary } = platform;
  const { shared, neighbourPolicies } = release
    ? renderCanary(release, platform)
    : { shared: {}, neighbourPolicies: {} };
  return [
    ...parts(name, renderPlatform(platform)),
    ...platform.datastores.flatMap((datastore) =>
      datastore.kind === "inCluster"
        ? parts(`${name}-${datastore.name}`, renderDatastore(datastore, platform), datastore.name)
        : [],
    ),
    ...platform.migrations.flatMap((migration) => {
      const { database } = migration;
      return parts(`${name}-${database.name}-migration`, renderMigration(migration), database.name);
    }),
    ...platform.backups.flatMap((backup) => {
      const { database } = backup;
      return parts(`${name}-${database.name}-backup`, renderBackup(backup), database.name);
    }),
    ...services(name, platform.services, "stable"),
    ...platform.tasks.flatMap((task) =>
      parts(`${name}-${task.name}`, claimsByPart(renderTask(task)), task.name, "stable"),
    ),
    ...(gateway ? parts(`${name}-gateway`, renderGateway(gateway, platform)) : []),
    ...(gateway
      ? platform.routes.flatMap((route) =>
          parts(`${name}-${route.service}-route`, renderRoute(route, gateway), route.service, "route"),
        )
      : []),
    ...(release ? parts(`${name}-canary`, renderCanaryGround(release, platform)) : []),
    ...parts(`${name}-canary`, shared, undefined, "canary"),
    ...Object.entries(neighbourPolicies).flatMap(([neighbour, object]) =>
      parts(`${name}-canary`, { [`${neighbour}-neighbour-policy`]: object }, neighbour, "canary"),
    ),
    ...services(`${name}-canary`, canary?.services ?? [], "canary"),
  ];
}

function claimsByPart({ volumeClaims, ...objects }: WorkloadObjects): object {
  const claims = Object.entries(volumeClaims).map(([volume, claim]) => [`${volume}-volume-claim`, claim] as const);
  return { ...objects, ...Object.fromEntries(claims) };
}

/** `serviceAccount` as components name it: `service-account`. */
function kebab(part: string): string {
  return part.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

// "!" comes before any letter: a Namespace has to be there before what stands in it.
function sortKey(path: string): string {
  return path.replace("/Namespace-", "/!");
}

// By code unit, so that no machine's language changes the order.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
