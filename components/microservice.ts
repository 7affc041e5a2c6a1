import * as pulumi from "@pulumi/pulumi";
import { renderMicroservice } from "../model/render/microservice.ts";
import type { ResolvedService } from "../model/resolve/resolved.ts";
import type { EngineValues } from "./engine-values.ts";
import { registerObject, type KubernetesObject } from "./kubernetes-object.ts";
import { registerSurroundings } from "./workload.ts";

/** One microservice: its configuration, its identity, its pods, and who may reach them. */
export class Microservice extends pulumi.ComponentResource {
  /** Where other pods reach it: `http://name.namespace.svc.cluster.local:port`. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, service: ResolvedService, values: EngineValues, options?: pulumi.ComponentResourceOptions) {
    super("fleet:microservice:Microservice", name, {}, options);
    const objects = renderMicroservice(service);
    const register = (suffix: string, rendered: KubernetesObject, dependsOn: pulumi.Resource[] = []) =>
      registerObject(`${name}-${suffix}`, rendered, values, { parent: this, dependsOn });

    const networkPolicy = register("network-policy", objects.networkPolicy);
    const surroundings = registerSurroundings(objects, register);
    const deployment = register("deployment", objects.deployment, [networkPolicy, ...surroundings]);
    register("service", objects.service, [deployment]);
    if (objects.autoscaler) register("autoscaler", objects.autoscaler, [deployment]);
    if (objects.disruptionBudget) register("disruption-budget", objects.disruptionBudget);
    if (objects.ingress) register("ingress", objects.ingress, [deployment]);

    this.url = pulumi.output(
      `http://${service.objectName}.${service.namespace}.svc.cluster.local:${service.specification.port}`,
    );
    this.registerOutputs({ url: this.url });
  }
}
