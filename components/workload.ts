import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadObjects } from "../model/render/workload.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/** Registers a rendered object of a component under a part of its name. */
export type RegisterPart = (suffix: string, rendered: KubernetesObject) => pulumi.Resource;

/** Registers what a workload reads and who it is: its pods wait for all of it. */
export function registerSurroundings(objects: WorkloadObjects, register: RegisterPart): pulumi.Resource[] {
  return [
    register("service-account", objects.serviceAccount),
    register("config-map", objects.configMap),
    ...(objects.files ? [register("files", objects.files)] : []),
    ...(objects.secret ? [register("secret", objects.secret)] : []),
    ...(objects.externalSecret ? [register("external-secret", objects.externalSecret)] : []),
    ...Object.entries(objects.volumeClaims).map(([volume, claim]) => register(`${volume}-volume-claim`, claim)),
  ];
}
