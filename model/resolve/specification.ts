import type { z } from "zod";
import type { ServiceDeclaration } from "../declaration/service.ts";
import type { TaskDeclaration } from "../declaration/task.ts";
import {
  commonSpecificationSchema,
  specificationSchema,
  standardSpecification,
  workerSpecificationSchema,
  type CommonSpecification,
  type Resources,
  type Specification,
  type TaskSpecification,
} from "../declaration/specification.ts";
import { overlay, type PlainObject } from "../overlay.ts";
import { bytes, millicores } from "../quantity.ts";
import { checkFiles } from "./files.ts";
import { tenantFiles } from "./tenants.ts";
import { platformPath, serviceSettings, type LinkingDeclaration, type PlatformContext } from "./context.ts";

/** The keys of a declaration or a service's settings that are not part of the specification. */
const NOT_SPECIFICATION = new Set([
  "kind",
  "name",
  "title",
  "seeds",
  "language",
  "nodePort",
  "host",
  "page",
  "endpoints",
  "secrets",
  "links",
  "composed",
  "outbound",
  "transform",
  "command",
  "alive",
  "deadlineSeconds",
  "retries",
  "schedule",
  "enabled",
  "image",
  "version",
]);

/** How a service runs: the house's standard, the platform's, the declaration, the stack, each over the one before. */
export function resolveSpecification(context: PlatformContext, service: ServiceDeclaration): Specification | undefined {
  const layers: readonly PlainObject[] = [
    { files: tenantFiles(context) },
    { ...context.platform.defaults },
    specificationPart({ ...service }),
    { ...context.settings.defaults },
    specificationPart({ ...serviceSettings(context, service) }),
  ];
  const specification = laidOver(context, service, specificationSchema, layers.reduce(overlay, standardSpecification));
  if (!specification) return undefined;
  const { replicas, autoscaling } = specification;
  checkCommon(context, service, specification, autoscaling?.maxReplicas ?? replicas);
  checkDisruptionBudget(context, service, specification);
  return specification;
}

/**
 * How a task runs: the same layers, of which the house, the platform and what the stack says of all services may hold what
 * only services have. What the stack says of this one alone may not.
 */
export function resolveTaskSpecification(
  context: PlatformContext,
  task: TaskDeclaration,
): TaskSpecification | undefined {
  const schema = task.kind === "worker" ? workerSpecificationSchema : commonSpecificationSchema;
  const known = (layer: PlainObject): PlainObject =>
    Object.fromEntries(Object.entries(layer).filter(([key]) => key in schema.shape));
  const layers: readonly PlainObject[] = [
    { files: tenantFiles(context) },
    known({ ...context.platform.defaults }),
    specificationPart({ ...task }),
    known({ ...context.settings.defaults }),
    specificationPart({ ...serviceSettings(context, task) }),
  ];
  const specification = laidOver<TaskSpecification>(
    context,
    task,
    schema,
    layers.reduce(overlay, known(standardSpecification)),
  );
  if (specification) checkCommon(context, task, specification, specification.replicas ?? 1);
  return specification;
}

function laidOver<T>(
  context: PlatformContext,
  { name }: LinkingDeclaration,
  schema: z.ZodType<T>,
  layers: PlainObject,
): T | undefined {
  const parsed = schema.safeParse(layers);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    context.report({
      path: platformPath(context, "services", name, ...issue.path.map(String)),
      problem: "not acceptable once the declaration and the stack are laid over each other",
      allowed: issue.code === "invalid_key" ? issue.issues.map(({ message }) => message).join("; ") : issue.message,
      fix: `correct it in services/${context.platform.name}/${name}.ts or in the stack file`,
    });
  }
  return undefined;
}

function checkCommon(
  context: PlatformContext,
  { name }: LinkingDeclaration,
  specification: CommonSpecification,
  pods: number,
): void {
  const path = (part: string) => platformPath(context, "services", name, part);
  checkLimits(context, path("resources"), specification.resources);
  checkVolumes(context, path("volumes"), specification, pods);
  checkFiles(context, path("files"), specification);
}

function specificationPart(layer: PlainObject): PlainObject {
  return Object.fromEntries(Object.entries(layer).filter(([key]) => !NOT_SPECIFICATION.has(key)));
}

/** Reports requests above their limits; `path` is where the resources stand. */
export function checkLimits(context: PlatformContext, path: string, { cpu, memory }: Resources): void {
  const over = [
    ...(millicores(cpu.request) > millicores(cpu.limit) ? [["cpu", cpu] as const] : []),
    ...(bytes(memory.request) > bytes(memory.limit) ? [["memory", memory] as const] : []),
  ];
  for (const [resource, amounts] of over) {
    context.report({
      path: `${path}.${resource}`,
      problem: "the request is above the limit, and the API server would refuse the pod",
      value: amounts,
      allowed: "a request of at most the limit",
      fix: "lower the request or raise the limit",
    });
  }
}

function checkDisruptionBudget(
  context: PlatformContext,
  service: ServiceDeclaration,
  specification: Specification,
): void {
  const budget = specification.disruptionBudget?.minAvailable;
  const replicas = specification.autoscaling?.minReplicas ?? specification.replicas;
  if (budget === undefined || budget < replicas) return;
  context.report({
    path: platformPath(context, "services", service.name, "disruptionBudget", "minAvailable"),
    problem: `with ${replicas} replicas a node could never be drained`,
    value: budget,
    allowed: `less than the number of replicas, ${replicas}`,
    fix: "raise replicas, or lower or remove the disruption budget",
  });
}

// Two nodes cannot mount such a volume at once: the pods on the second one would wait for ever.
function checkVolumes(
  context: PlatformContext,
  path: string,
  specification: Pick<CommonSpecification, "volumes">,
  pods: number,
): void {
  if (pods < 2) return;
  for (const [volume, { accessMode }] of Object.entries(specification.volumes)) {
    if (accessMode !== "ReadWriteOnce") continue;
    context.report({
      path: `${path}.${volume}.accessMode`,
      problem: `up to ${pods} pods share the volume, which one node at a time can mount`,
      value: accessMode,
      allowed: "ReadWriteMany as soon as there are several pods",
      fix: "set accessMode: ReadWriteMany, or run one pod",
    });
  }
}
