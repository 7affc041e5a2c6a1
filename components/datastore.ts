import * as pulumi from "@pulumi/pulumi";
import { renderDatastore, type InClusterDatastore } from "../model/render/datastore.ts";
import type { ResolvedPlatform } from "../model/resolve/resolved.ts";
import type { EngineValues } from "./engine-values.ts";
import { registerObject, type KubernetesObject } from "./kubernetes-object.ts";

/** A datastore in the cluster: one StatefulSet on a volume of its own. */
export class Datastore extends pulumi.ComponentResource {
  constructor(
    name: string,
    datastore: InClusterDatastore,
    platform: ResolvedPlatform,
    values: EngineValues,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("fleet:datastore:Datastore", name, {}, options);
    const objects = renderDatastore(datastore, platform);
    const register = (suffix: string, rendered: KubernetesObject, dependsOn: pulumi.Resource[] = []) =>
      registerObject(`${name}-${suffix}`, rendered, values, { parent: this, dependsOn });

    const statefulSet = register("stateful-set", objects.statefulSet, [
      register("network-policy", objects.networkPolicy),
      register("service-account", objects.serviceAccount),
      ...(objects.secret ? [register("secret", objects.secret)] : []),
    ]);
    const service = register("service", objects.service, [statefulSet]);
    if (objects.loginsJob && objects.loginsNetworkPolicy) {
      const networkPolicy = register("logins-network-policy", objects.loginsNetworkPolicy);
      registerObject(`${name}-logins-job`, objects.loginsJob, values, {
        parent: this,
        dependsOn: [service, networkPolicy],
        // The same name has to be free first.
        deleteBeforeReplace: true,
      });
    }
    this.registerOutputs({});
  }
}
