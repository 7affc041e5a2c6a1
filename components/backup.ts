import * as pulumi from "@pulumi/pulumi";
import { renderBackup } from "../model/render/backup.ts";
import type { ResolvedBackup } from "../model/resolve/resolved.ts";
import type { EngineValues } from "./engine-values.ts";
import { registerObject, type KubernetesObject } from "./kubernetes-object.ts";

/** A database's nightly backups on a volume of their own. */
export class Backup extends pulumi.ComponentResource {
  constructor(name: string, backup: ResolvedBackup, values: EngineValues, options?: pulumi.ComponentResourceOptions) {
    super("fleet:backup:Backup", name, {}, options);
    const objects = renderBackup(backup);
    const register = (suffix: string, rendered: KubernetesObject, dependsOn: pulumi.Resource[] = []) =>
      registerObject(`${name}-${suffix}`, rendered, values, { parent: this, dependsOn });

    register("cron-job", objects.cronJob, [
      register("network-policy", objects.networkPolicy),
      register("service-account", objects.serviceAccount),
      register("secret", objects.secret),
      register("volume-claim", objects.volumeClaim),
    ]);
    this.registerOutputs({});
  }
}
