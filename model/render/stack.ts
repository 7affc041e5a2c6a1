import type { ResolvedPlatform, ResolvedStack } from "../resolve/resolved.ts";
import { renderBackup } from "./backup.ts";
import { renderDatastore } from "./datastore.ts";
import { renderMicroservice } from "./microservice.ts";
import { renderMigration } from "./migration.ts";
import { renderPlatform } from "./platform.ts";

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

function renderWholePlatform(platform: ResolvedPlatform): readonly Rendered[] {
  const parts = (component: string, objects: object, owner?: string): readonly Rendered[] =>
    Object.entries(objects).map(([part, object]: [string, KubernetesObject]) => ({
      logicalName: `${component}-${kebab(part)}`,
      component,
      platform: platform.name,
      ...(owner === undefined ? {} : { owner }),
      object,
    }));
  return [
    ...parts(platform.name, renderPlatform(platform)),
    ...platform.datastores.flatMap((datastore) =>
      datastore.kind === "inCluster"
        ? parts(`${platform.name}-${datastore.name}`, renderDatastore(datastore, platform), datastore.name)
        : [],
    ),
    ...platform.migrations.flatMap((migration) => {
      const { name } = migration.database;
      return parts(`${platform.name}-${name}-migration`, renderMigration(migration), name);
    }),
    ...platform.backups.flatMap((backup) => {
      const { name } = backup.database;
      return parts(`${platform.name}-${name}-backup`, renderBackup(backup), name);
    }),
    ...platform.services.flatMap((service) => {
      const { volumeClaims, ...objects } = renderMicroservice(service);
      const claims = Object.fromEntries(
        Object.entries(volumeClaims).map(([volume, claim]) => [`${volume}-volume-claim`, claim]),
      );
      return parts(`${platform.name}-${service.name}`, { ...objects, ...claims }, service.name);
    }),
  ];
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
