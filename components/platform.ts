import * as pulumi from "@pulumi/pulumi";
import { renderPlatform } from "../model/render/platform.ts";
import type { ResolvedPlatform, ResolvedWorkload } from "../model/resolve/resolved.ts";
import { Backup } from "./backup.ts";
import { Canary } from "./canary.ts";
import { Datastore } from "./datastore.ts";
import type { EngineValues } from "./engine-values.ts";
import { Gateway } from "./gateway.ts";
import { registerObject } from "./kubernetes-object.ts";
import { Microservice } from "./microservice.ts";
import { Migration } from "./migration.ts";
import { Route } from "./route.ts";
import { Task } from "./task.ts";

/**
 * One platform in its namespace: datastores, then their schema, then services in the order of their required links, a
 * canary's beside them, and what parts the requests between both.
 */
export class Platform extends pulumi.ComponentResource {
  /** Each service's URL inside the cluster, by name. */
  readonly urls: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(platform: ResolvedPlatform, values: EngineValues, options?: pulumi.ComponentResourceOptions) {
    super("fleet:platform:Platform", platform.name, {}, options);
    const ground = this.registerGround(platform, values);
    const datastores = this.registerDatastores(platform, values, ground);
    this.registerBackups(platform, values, ground);
    const migrations = this.registerMigrations(platform, values, ground, datastores);
    const standing = { datastores, migrations };
    const services = this.registerServices(platform, platform.name, values, { ...standing, ground });
    this.registerTasks(platform, values, { ...standing, ground, stable: services });
    const canary = this.registerCanary(platform, values, { ...standing, ground, stable: services });
    this.registerRoutes(platform, values, { ground, services, canary });

    this.urls = Object.fromEntries([...services].map(([name, service]) => [name, service.url]));
    this.registerOutputs({ urls: this.urls });
  }

  private registerGround(platform: ResolvedPlatform, values: EngineValues): pulumi.Resource[] {
    const objects = renderPlatform(platform);
    const namespace = registerObject(`${platform.name}-namespace`, objects.namespace, values, { parent: this });
    const defaultDeny = registerObject(`${platform.name}-default-deny`, objects.defaultDeny, values, {
      parent: this,
      dependsOn: namespace,
    });
    const shared = (
      [
        ["shared-config-map", objects.sharedConfigMap],
        ["shared-secret", objects.sharedSecret],
        ["shared-external-secret", objects.sharedExternalSecret],
      ] as const
    ).flatMap(([suffix, rendered]) =>
      rendered
        ? [registerObject(`${platform.name}-${suffix}`, rendered, values, { parent: this, dependsOn: namespace })]
        : [],
    );
    return [namespace, defaultDeny, ...shared];
  }

  private registerDatastores(
    platform: ResolvedPlatform,
    values: EngineValues,
    dependsOn: pulumi.Resource[],
  ): ReadonlyMap<string, Datastore> {
    const datastores = new Map<string, Datastore>();
    for (const datastore of platform.datastores) {
      if (datastore.kind === "external") continue;
      const name = `${platform.name}-${datastore.name}`;
      datastores.set(datastore.name, new Datastore(name, datastore, platform, values, { parent: this, dependsOn }));
    }
    return datastores;
  }

  private registerBackups(platform: ResolvedPlatform, values: EngineValues, dependsOn: pulumi.Resource[]): void {
    for (const backup of platform.backups) {
      new Backup(`${platform.name}-${backup.database.name}-backup`, backup, values, { parent: this, dependsOn });
    }
  }

  private registerMigrations(
    platform: ResolvedPlatform,
    values: EngineValues,
    ground: pulumi.Resource[],
    datastores: ReadonlyMap<string, Datastore>,
  ): ReadonlyMap<string, Migration> {
    return new Map(
      platform.migrations.map((migration) => {
        const database = migration.database.name;
        const name = `${platform.name}-${database}-migration`;
        // Its own database only: another's image may take minutes to build.
        const dependsOn = [...ground, ...present(datastores.get(database))];
        return [database, new Migration(name, migration, values, { parent: this, dependsOn })];
      }),
    );
  }

  private registerServices(
    { services: resolved, waves }: Pick<ResolvedPlatform, "services" | "waves">,
    prefix: string,
    values: EngineValues,
    standing: Standing,
  ): ReadonlyMap<string, Microservice> {
    const services = new Map<string, Microservice>();
    const byName = new Map(resolved.map((service) => [service.name, service]));
    for (const name of waves.flat()) {
      const service = byName.get(name);
      if (!service) continue;
      const options = { parent: this, dependsOn: [...standing.ground, ...linked(service, standing, services)] };
      services.set(name, new Microservice(`${prefix}-${name}`, service, values, options));
    }
    return services;
  }

  private registerTasks({ name, tasks }: ResolvedPlatform, values: EngineValues, standing: Standing): void {
    for (const task of tasks) {
      const options = { parent: this, dependsOn: [...standing.ground, ...linked(task, standing)] };
      new Task(`${name}-${task.name}`, task, values, options);
    }
  }

  private registerCanary(
    platform: ResolvedPlatform,
    values: EngineValues,
    standing: Standing,
  ): ReadonlyMap<string, Microservice> {
    const { release, canary } = platform;
    if (!release) return new Map();
    const name = `${platform.name}-canary`;
    const ground = new Canary(name, release, platform, values, { parent: this, dependsOn: [...standing.ground] });
    if (!canary) return new Map();
    return this.registerServices(canary, name, values, { ...standing, ground: [ground] });
  }

  private registerRoutes(
    platform: ResolvedPlatform,
    values: EngineValues,
    standing: {
      readonly ground: pulumi.Resource[];
      readonly services: ReadonlyMap<string, Microservice>;
      readonly canary: ReadonlyMap<string, Microservice>;
    },
  ): void {
    if (!platform.gateway) return;
    const name = `${platform.name}-gateway`;
    const gateway = new Gateway(name, platform.gateway, platform, values, { parent: this, dependsOn: standing.ground });
    for (const route of platform.routes) {
      const sides = [standing.services, standing.canary].flatMap((side) => present(side.get(route.service)));
      // No request is sent to a side before it is ready.
      const options = { parent: this, dependsOn: [gateway, ...sides] };
      new Route(`${platform.name}-${route.service}-route`, route, platform.gateway, values, options);
    }
  }
}

/** What services start on. */
interface Standing {
  readonly ground: pulumi.Resource[];
  readonly datastores: ReadonlyMap<string, Datastore>;
  readonly migrations: ReadonlyMap<string, Migration>;
  /** For tasks and a canary: the stable services, which it calls where it has none of its own. */
  readonly stable?: ReadonlyMap<string, Microservice>;
}

/** What a workload's links make it wait for. */
function linked(
  workload: ResolvedWorkload,
  standing: Standing,
  services?: ReadonlyMap<string, Microservice>,
): readonly pulumi.Resource[] {
  return workload.links.flatMap((link): pulumi.Resource[] => {
    if (link.kind === "service") {
      return link.required ? present(services?.get(link.target) ?? standing.stable?.get(link.target)) : [];
    }
    return [...present(standing.datastores.get(link.target)), ...present(standing.migrations.get(link.target))];
  });
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
