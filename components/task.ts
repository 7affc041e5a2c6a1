import * as pulumi from "@pulumi/pulumi";
import { renderTask } from "../model/render/task.ts";
import type { ResolvedTask } from "../model/resolve/resolved.ts";
import type { EngineValues } from "./engine-values.ts";
import { registerObject, type KubernetesObject } from "./kubernetes-object.ts";
import { registerSurroundings } from "./workload.ts";

/** A worker, a job or a cron job: its configuration, its identity, and what runs it. */
export class Task extends pulumi.ComponentResource {
  constructor(name: string, task: ResolvedTask, values: EngineValues, options?: pulumi.ComponentResourceOptions) {
    super("fleet:task:Task", name, {}, options);
    const objects = renderTask(task);
    const register = (suffix: string, rendered: KubernetesObject) =>
      registerObject(`${name}-${suffix}`, rendered, values, { parent: this });

    const dependsOn = [register("network-policy", objects.networkPolicy), ...registerSurroundings(objects, register)];
    const run = (suffix: string, rendered: KubernetesObject, options?: pulumi.CustomResourceOptions) =>
      registerObject(`${name}-${suffix}`, rendered, values, { parent: this, dependsOn, ...options });
    if (objects.deployment) run("deployment", objects.deployment);
    // A Job's template cannot change: the next one has the same name, which has to be free first.
    if (objects.job) run("job", objects.job, { deleteBeforeReplace: true });
    if (objects.cronJob) run("cron-job", objects.cronJob);
    this.registerOutputs({});
  }
}
