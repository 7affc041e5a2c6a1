import { declaredMigrations } from "../declaration/migration.ts";
import type { MigrationFiles } from "../declaration/platform.ts";
import type { Specification, TaskSpecification } from "../declaration/specification.ts";
import { boundedName } from "../name.ts";
import type { Issue } from "../issue.ts";
import { resolveBackups } from "./backup.ts";
import { resolveCanary } from "./canary.ts";
import { checkNamespace } from "./check-name.ts";
import {
  isEnabled,
  isRequired,
  linkingDeclarations,
  platformPath,
  serviceSettings,
  type PlatformContext,
} from "./context.ts";
import { absentDatastores, resolveDatastore, secretNames } from "./datastore.ts";
import { migrationImage, type KeyedImage } from "./images.ts";
import { objectLabels, selectorLabels } from "./labels.ts";
import { poolSize } from "./link.ts";
import type {
  ResolvedDatastore,
  ResolvedMigration,
  ResolvedPlatform,
  ResolvedService,
  ResolvedTask,
} from "./resolved.ts";
import { resolveSpecification, resolveTaskSpecification } from "./specification.ts";
import { resolveService } from "./service.ts";
import { resolveTask } from "./task.ts";
import { checkTenants } from "./tenants.ts";
import { checkSharedNames, sharedObjects } from "./shared.ts";
import { startOrder } from "./start-order.ts";
import { gatewayOf, resolveGateway, resolveRelease, resolveRoutes } from "./traffic.ts";

/** A platform with everything final, and the images it needs. */
export function resolvePlatform(
  given: PlatformContext,
  migrations: MigrationFiles,
): { readonly platform: ResolvedPlatform; readonly images: readonly KeyedImage[] } {
  const issues: Issue[] = [];
  const context: PlatformContext = {
    ...given,
    report: (issue) => {
      issues.push(issue);
      given.report(issue);
    },
  };
  checkNamespace(context);
  checkKnownNames(context);
  checkSharedNames(context);
  checkTenants(context);
  const images: KeyedImage[] = [];
  const datastores = new Map<string, ResolvedDatastore>();
  const absent = absentDatastores(context);
  for (const declaration of context.platform.datastores) {
    const resolved = resolveDatastore(context, declaration);
    if (!resolved) continue;
    datastores.set(declaration.name, resolved.datastore);
    if (resolved.image) images.push(resolved.image);
  }

  const enabled = linkingDeclarations(context.platform).filter((service) => isEnabled(context, service));
  const specifications = new Map<string, Specification>();
  const taskSpecifications = new Map<string, TaskSpecification>();
  for (const declared of enabled) {
    if (declared.kind === "service") {
      const specification = resolveSpecification(context, declared);
      if (specification) specifications.set(declared.name, specification);
    } else {
      const specification = resolveTaskSpecification(context, declared);
      if (specification) taskSpecifications.set(declared.name, specification);
    }
  }
  checkLinks(context);

  const gateway = resolveGateway(context);
  const services: ResolvedService[] = [];
  const tasks: ResolvedTask[] = [];
  const surroundings = { datastores, specifications, absent };
  for (const declared of enabled) {
    if (declared.kind === "service") {
      const specification = specifications.get(declared.name);
      if (!specification) continue;
      const { service, image } = resolveService(context, declared, specification, surroundings);
      services.push({ ...service, ...gatewayOf(service, gateway) });
      images.push(image);
    } else {
      const specification = taskSpecifications.get(declared.name);
      if (!specification) continue;
      const { task, image } = resolveTask(context, declared, specification, surroundings);
      tasks.push(task);
      images.push(image);
    }
  }
  const beside = resolveCanary(context, {
    services,
    specifications,
    datastores,
    absent,
    images,
    gateway,
    issues,
  });
  if (beside) images.push(...beside.images);
  checkPools(context, [specifications, taskSpecifications, ...(beside ? [beside.specifications] : [])]);

  for (const issue of declaredMigrations(context.platform.name, migrations).issues) context.report(issue);
  const databaseMigrations = resolveMigrations(context, datastores, migrations);
  if (databaseMigrations.length > 0) images.push(migrationImage(context.images));
  const platform: ResolvedPlatform = {
    name: context.platform.name,
    title: context.platform.title,
    namespace: context.namespace,
    labels: { ...objectLabels(context.platform.name, context.namespace, "platform", context.stack) },
    shared: sharedObjects(context),
    services,
    tasks,
    datastores: [...datastores.values()],
    absent,
    ...absentGateway(context),
    migrations: databaseMigrations,
    backups: resolveBackups(context, [...datastores.values()]),
    waves: startOrder(context, services),
    ...(gateway ? { gateway, release: resolveRelease(context) } : {}),
    routes: resolveRoutes(context, services, beside?.canary),
    ...(beside ? { canary: beside.canary } : {}),
  };
  return { platform, images };
}

function absentGateway(context: PlatformContext): Pick<ResolvedPlatform, "absentGateway"> {
  const { apiGateway } = context.platform;
  if (!apiGateway || isEnabled(context, apiGateway)) return {};
  const disabled = serviceSettings(context, apiGateway).enabled === false;
  const reason = disabled ? "the stack disables it" : "no package registry has its image, and the stack pins none";
  return { absentGateway: { name: apiGateway.name, reason } };
}

function resolveMigrations(
  context: PlatformContext,
  datastores: ReadonlyMap<string, ResolvedDatastore>,
  files: MigrationFiles,
): readonly ResolvedMigration[] {
  return [...datastores.values()].flatMap((database) => {
    if (!("roles" in database)) return [];
    const migrated = database.declaration === context.platform.migrates ? files : {};
    // A server of ours has its roles made even where there is no schema; elsewhere there would be nothing to do.
    if (database.kind === "external" && Object.keys(migrated).length === 0) return [];
    const name = boundedName([database.objectName, "migration"]);
    return [
      {
        database,
        image: migrationImage(context.images).key,
        files: migrated,
        objectName: name,
        labels: objectLabels(context.platform.name, name, "migration", context.stack),
        selector: selectorLabels(context.platform.name, name),
      },
    ];
  });
}

function checkKnownNames(context: PlatformContext): void {
  const known = {
    services: linkingDeclarations(context.platform).map((service) => service.name),
    datastores: context.platform.datastores.map((datastore) => datastore.name),
    secrets: [
      ...linkingDeclarations(context.platform).flatMap((service) => Object.keys(service.secrets ?? {})),
      ...context.platform.datastores.flatMap(secretNames),
    ],
  };
  for (const section of ["services", "datastores", "secrets"] as const) {
    const names = new Set(known[section]);
    for (const name of Object.keys(context.settings[section] ?? {})) {
      if (names.has(name)) continue;
      context.report({
        path: platformPath(context, section, name),
        problem: `${context.platform.name} has no such entry`,
        allowed: known[section].length === 0 ? "nothing" : `one of ${known[section].join(", ")}`,
        fix: `correct the name, or declare it in services/${context.platform.name}/`,
      });
    }
  }
}

function checkLinks(context: PlatformContext): void {
  const { name, datastores } = context.platform;
  const linking = linkingDeclarations(context.platform);
  const targets = new Set<unknown>([...linking, ...datastores]);
  for (const service of linking.filter((candidate) => isEnabled(context, candidate))) {
    for (const { target, required } of service.links ?? []) {
      const listed = targets.has(target);
      const ends = `${service.name} links to ${target.name}`;
      if (!listed) {
        context.report({
          path: `services.${name}.${service.name}.links`,
          problem: `${ends}, which ${name} does not list`,
          allowed: "services and datastores of the same platform",
          fix: `add ${target.name} to services/${name}/platform.ts`,
        });
      } else if (target.kind === "service" && !isEnabled(context, target)) {
        context.report({
          path: platformPath(context, "services", target.name, "enabled"),
          problem: `${ends}${isRequired({ target, ...(required === undefined ? {} : { required }) }) ? "" : " (an optional link)"}, which this stack disables`,
          value: false,
          allowed: "links between enabled services",
          fix: `enable ${target.name}, or disable ${service.name} too`,
        });
      }
    }
  }
}

// PostgreSQL keeps three connections for superusers; the migration and a person at a prompt need some as well.
const RESERVED_CONNECTIONS = 10;

/** @param sides How services and tasks run, and those of the canary: their pods connect to the same databases. */
function checkPools(
  context: PlatformContext,
  sides: readonly ReadonlyMap<string, Pick<Specification, "autoscaling"> & { readonly replicas?: number }>[],
): void {
  for (const datastore of context.platform.datastores) {
    if (datastore.engine !== "postgresql") continue;
    const pools = linkingDeclarations(context.platform).flatMap((service) => {
      const perPod = (service.links ?? [])
        .filter((link) => link.target === datastore)
        .reduce((sum, link) => sum + poolSize(link), 0);
      if (perPod === 0) return [];
      // A rolling update runs one pod more than there are.
      const pods = sides
        .flatMap((specifications) => specifications.get(service.name) ?? [])
        .reduce((sum, { autoscaling, replicas = 1 }) => sum + (autoscaling?.maxReplicas ?? replicas) + 1, 0);
      if (pods === 0) return [];
      return [{ service: service.name, connections: perPod * pods, text: `${service.name} ${perPod} × ${pods}` }];
    });
    const total = pools.reduce((sum, pool) => sum + pool.connections, 0);
    const available = datastore.maxConnections - RESERVED_CONNECTIONS;
    if (total <= available) continue;
    context.report({
      path: platformPath(context, "datastores", datastore.name),
      problem: `the pools of its dependants may open ${total} connections: ${pools.map((pool) => pool.text).join(", ")}`,
      value: datastore.maxConnections,
      allowed: `at most ${available} (max_connections less ${RESERVED_CONNECTIONS} kept free)`,
      fix: "shrink the pools (link option `pool`), lower replicas, or raise maxConnections",
    });
  }
}
