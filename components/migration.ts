import * as pulumi from "@pulumi/pulumi";
import { renderMigration } from "../model/render/migration.ts";
import type { ResolvedMigration } from "../model/resolve/resolved.ts";
import type { EngineValues } from "./engine-values.ts";
import { registerObject, type KubernetesObject } from "./kubernetes-object.ts";

/** Brings a database's schema up to date. Whatever depends on it starts only when that has succeeded. */
export class Migration extends pulumi.ComponentResource {
  constructor(
    name: string,
    migration: ResolvedMigration,
    values: EngineValues,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("fleet:migration:Migration", name, {}, options);
    const objects = renderMigration(migration);
    const register = (suffix: string, rendered: KubernetesObject, options: pulumi.CustomResourceOptions = {}) =>
      registerObject(`${name}-${suffix}`, rendered, values, { parent: this, ...options });

    const dependsOn = [
      register("network-policy", objects.networkPolicy),
      register("service-account", objects.serviceAccount),
      register("config-map", objects.configMap),
      ...(objects.secret ? [register("secret", objects.secret)] : []),
      ...(objects.externalSecret ? [register("external-secret", objects.externalSecret)] : []),
    ];
    // Its image may change while its files do not: then the same name has to be free first.
    register("job", objects.job, { dependsOn, deleteBeforeReplace: true });
    this.registerOutputs({});
  }
}
