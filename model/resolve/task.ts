import type { TaskSpecification } from "../declaration/specification.ts";
import type { TaskDeclaration } from "../declaration/task.ts";
import { CRONTAB_EXAMPLE, CRONTAB_LINE } from "../schedule.ts";
import { platformPath, serviceSettings, type PlatformContext } from "./context.ts";
import type { KeyedImage } from "./images.ts";
import type { LinkSurroundings } from "./link.ts";
import type { ResolvedTask } from "./resolved.ts";
import { resolveWorkload } from "./workload.ts";

/** A worker, a job or a cron job with everything final, and the image it runs. */
export function resolveTask(
  context: PlatformContext,
  declaration: TaskDeclaration,
  specification: TaskSpecification,
  surroundings: LinkSurroundings,
): { readonly task: ResolvedTask; readonly image: KeyedImage } {
  checkTimes(context, declaration);
  checkNodePort(context, declaration);
  const { workload, image } = resolveWorkload(context, declaration, specification, surroundings);
  return { task: { ...workload, specification, declaration }, image };
}

function checkNodePort(context: PlatformContext, task: TaskDeclaration): void {
  const { nodePort } = serviceSettings(context, task);
  if (nodePort === undefined) return;
  context.report({
    path: platformPath(context, "services", task.name, "nodePort"),
    problem: `${task.name} has no port that anybody could reach`,
    value: nodePort,
    allowed: "a nodePort for services",
    fix: "remove it",
  });
}

function checkTimes(context: PlatformContext, task: TaskDeclaration): void {
  if (task.kind === "worker") return;
  const where = `services.${context.platform.name}.${task.name}`;
  const fix = `correct it in services/${context.platform.name}/${task.name}.ts`;
  if (!Number.isInteger(task.deadlineSeconds) || task.deadlineSeconds < 1) {
    context.report({
      path: `${where}.deadlineSeconds`,
      problem: "no time to come to an end in",
      value: task.deadlineSeconds,
      allowed: "whole seconds, at least 1",
      fix,
    });
  }
  if (task.kind === "cronJob" && !CRONTAB_LINE.test(task.schedule)) {
    context.report({
      path: `${where}.schedule`,
      problem: "no schedule that Kubernetes understands",
      value: task.schedule,
      allowed: CRONTAB_EXAMPLE,
      fix,
    });
  }
}
