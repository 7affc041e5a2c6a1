import * as pulumi from "@pulumi/pulumi";
import { renderRoute } from "../model/render/route.ts";
import type { ResolvedGateway, ResolvedRoute } from "../model/resolve/resolved-traffic.ts";
import type { EngineValues } from "./engine-values.ts";
import { registerObject, type KubernetesObject } from "./kubernetes-object.ts";

/** What parts the requests to one service between its stable pods and its canary: its weights are the stack's. */
export class Route extends pulumi.ComponentResource {
  constructor(
    name: string,
    route: ResolvedRoute,
    gateway: ResolvedGateway,
    values: EngineValues,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("fleet:route:Route", name, {}, options);
    const objects = renderRoute(route, gateway);
    const register = (suffix: string, rendered: KubernetesObject | undefined, dependsOn: pulumi.Resource[] = []) =>
      rendered ? [registerObject(`${name}-${suffix}`, rendered, values, { parent: this, dependsOn })] : [];

    const destinations = [
      ...register("stable-destination", objects.stableDestination),
      ...register("canary-destination", objects.canaryDestination),
    ];
    register("http-route", objects.httpRoute);
    register("virtual-service", objects.virtualService, destinations);
    this.registerOutputs({});
  }
}
