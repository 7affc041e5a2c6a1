import { z } from "zod";
import { DNS_LABEL, NAME_LIMIT } from "../name.ts";
import { hasReservedCharacters } from "../placeholder.ts";
import { bytesSchema, cpuSchema } from "../quantity.ts";

/** A TCP port. */
export const portSchema = z.int().min(1).max(65535);

/** A port of the range that Kubernetes keeps for NodePorts by default. */
export const nodePortSchema = z.int().min(30000).max(32767);

/** What a service's host name has before the stack's domain; "" is the domain itself. */
export const hostLabelSchema = z.string().regex(/^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

const withoutPlaceholders = (text: string) => !hasReservedCharacters(text);

const absolutePathSchema = z
  .string()
  .regex(/^\/\S*$/, { error: "an absolute path such as /health" })
  .refine(withoutPlaceholders, { error: "a path without private-use characters" });

/** Stands in place of a liveness path: the kubelet opens a connection to the port instead of asking for a page. */
export const TCP = "tcp";

const livenessSchema = z
  .string()
  .regex(/^(tcp|\/\S*)$/, { error: "an absolute path such as /health/live, or tcp" })
  .refine(withoutPlaceholders, { error: "a path without private-use characters" });

const variableNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: "a variable name of letters, digits and _, no digit first",
});

const variableValueSchema = z.string().refine(withoutPlaceholders, { error: "text without private-use characters" });

// Directories of the kernel's and of every pod's own, where nothing of ours may be mounted.
const TAKEN_DIRECTORIES = /^\/(tmp|proc|sys|dev)\//;

const filePathSchema = z
  .string()
  .regex(/^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/, { error: "a file's absolute path, such as /etc/crm/rules.yaml" })
  .refine((path) => !TAKEN_DIRECTORIES.test(path), { error: "a path outside /tmp, /proc, /sys and /dev" });

// Every pod has a volume `tmp` already, and one `files` where there are any.
const volumeNameSchema = z
  .string()
  .max(NAME_LIMIT)
  .regex(DNS_LABEL, { error: "a volume name of lower-case letters, digits and -" })
  .refine((name) => !["tmp", "files"].includes(name), { error: "another name than tmp and files, which are taken" });

/** Where a service answers for its health (seeds 002 and 004). */
export const healthPathsSchema = z.strictObject({
  report: absolutePathSchema.meta({
    description: "Path of the whole report with every dependency; what `fleet health` asks.",
    examples: ["/health"],
  }),
  ready: absolutePathSchema.meta({
    description:
      "Path of the readiness probe: 200 when the service can take traffic, 503 when a required dependency is gone.",
    examples: ["/health/ready"],
  }),
  live: livenessSchema.meta({
    description:
      "Path of the startup and liveness probes: 200 as long as the process works. A lost database never restarts a " +
      "service, so one whose only path checks its dependencies says `tcp` here: it lives as long as its port takes " +
      "connections.",
    examples: ["/health/live", "tcp"],
  }),
});

const seconds = z.int().min(1);

/** One probe's rhythm, in seconds and counts (Kubernetes: Configure Liveness, Readiness and Startup Probes). */
export const probeTimingSchema = z.strictObject({
  initialDelaySeconds: z
    .int()
    .min(0)
    .meta({ description: "Seconds from the container's start to the first probe.", examples: [5] }),
  periodSeconds: seconds.meta({ description: "Seconds from one probe to the next.", examples: [10] }),
  timeoutSeconds: seconds.meta({ description: "Seconds until a probe without an answer has failed.", examples: [3] }),
  failureThreshold: z
    .int()
    .min(1)
    .meta({ description: "Failures in a row after which Kubernetes acts.", examples: [3] }),
});

const startup = "Until it succeeds once, no other probe runs; a container that takes longer is restarted.";
const readiness = "While it fails, the pod gets no traffic.";
const liveness = "When it fails, the container is restarted.";

export const probesSchema = z.strictObject({
  startup: probeTimingSchema.meta({ description: startup }),
  readiness: probeTimingSchema.meta({ description: readiness }),
  liveness: probeTimingSchema.meta({ description: liveness }),
});

const requestAndLimit = <T extends z.ZodType>(quantity: T, resource: string, beyond: string) =>
  z.strictObject({
    request: quantity.meta({ description: `${resource} that the scheduler keeps free for each pod.` }),
    limit: quantity.meta({ description: `${resource} that a pod may use at most; ${beyond}.` }),
  });

/** What one pod asks for and may at most use. */
export const resourcesSchema = z.strictObject({
  cpu: requestAndLimit(cpuSchema, "CPU, in millicores (`100m`) or cores (`2`),", "beyond it, it is slowed down"),
  memory: requestAndLimit(bytesSchema, "Memory, in binary units,", "beyond it, it is killed"),
});

/** Horizontal scaling by CPU use; it owns the number of replicas where it is set. */
export const autoscalingSchema = z
  .strictObject({
    minReplicas: z
      .int()
      .min(1)
      .meta({ description: "Pods that always run.", examples: [2] }),
    maxReplicas: z
      .int()
      .min(1)
      .meta({ description: "Pods that run at most.", examples: [10] }),
    targetCpuPercent: z
      .int()
      .min(1)
      .max(100)
      .meta({ description: "Average CPU use, in percent of the request, that scaling aims at.", examples: [70] }),
  })
  .refine((scaling) => scaling.minReplicas <= scaling.maxReplicas, {
    error: "minReplicas at most maxReplicas",
    path: ["minReplicas"],
  })
  .meta({ description: "Horizontal scaling by CPU use; where it is set, it owns the number of replicas." });

/** How many pods a voluntary disruption (a node drain) must leave. */
export const disruptionBudgetSchema = z
  .strictObject({
    minAvailable: z
      .int()
      .min(1)
      .meta({
        description: "Pods that must stay; fewer than the replicas, or no node could be drained.",
        examples: [1],
      }),
  })
  .meta({ description: "What a voluntary disruption (a node drain) must leave running." });

/** What a volume of a service holds and where it is mounted. */
export const volumeSchema = z.strictObject({
  mountPath: absolutePathSchema.meta({ description: "Where the container finds it.", examples: ["/models"] }),
  size: bytesSchema.meta({ description: "Its size, in binary units.", examples: ["20Gi"] }),
  accessMode: z.enum(["ReadWriteOnce", "ReadWriteMany"]).meta({
    description: "`ReadWriteMany` is needed as soon as pods on several nodes share the volume.",
    examples: ["ReadWriteMany"],
  }),
});

const HEALTH = "Where a service answers for its health.";
const PROBES = "The rhythm of its probes, in seconds and counts.";
const RESOURCES = "What one pod asks for and may at most use.";
const VOLUMES = "Volumes that outlive its pods, by name.";

/** Everything about how a service runs that a platform, a service or a stack may say. Complete: it has no defaults. */
export const specificationSchema = z.strictObject({
  port: portSchema.meta({
    description: "The TCP port its process listens on. Default: as declared in `services/`.",
    examples: [8004],
  }),
  replicas: z
    .int()
    .min(0)
    .meta({ description: "Pods that run, unless `autoscaling` says so.", examples: [2] }),
  health: healthPathsSchema.meta({ description: HEALTH }),
  probes: probesSchema.meta({ description: PROBES }),
  resources: resourcesSchema.meta({ description: RESOURCES }),
  autoscaling: autoscalingSchema.optional(),
  disruptionBudget: disruptionBudgetSchema.optional(),
  environment: z.record(variableNameSchema, variableValueSchema).meta({
    description: "Environment variables, not secret; laid over the declared ones.",
    examples: [{ LOG_LEVEL: "debug" }],
    "x-key": "VARIABLE",
  }),
  files: z.record(filePathSchema, variableValueSchema).meta({
    description: "Files that its container finds, by their paths: their text, not secret. A change rolls the pods.",
    examples: [{ "/etc/crm/rules.yaml": "scoring: strict" }],
    "x-key": "path",
  }),
  volumes: z.record(volumeNameSchema, volumeSchema).meta({ description: VOLUMES, "x-key": "volume" }),
  terminationGraceSeconds: z
    .int()
    .min(1)
    .meta({ description: "How long Kubernetes waits between SIGTERM and SIGKILL, in seconds.", examples: [60] }),
});

export type Specification = z.infer<typeof specificationSchema>;

/** The part of it that nothing but a service's port makes necessary: what every container has. */
export const commonSpecificationSchema = specificationSchema.pick({
  resources: true,
  environment: true,
  files: true,
  volumes: true,
  terminationGraceSeconds: true,
});

export type CommonSpecification = z.infer<typeof commonSpecificationSchema>;

/** Everything about how a worker runs that a platform, its declaration or a stack may say. */
export const workerSpecificationSchema = commonSpecificationSchema.extend({
  replicas: specificationSchema.shape.replicas,
});

/** How a task runs; only a worker has a number of pods. */
export type TaskSpecification = CommonSpecification & { readonly replicas?: number };
export type HealthPaths = z.infer<typeof healthPathsSchema>;
export type ProbeTiming = z.infer<typeof probeTimingSchema>;
export type Resources = z.infer<typeof resourcesSchema>;

/** Any part of `T`, at any depth. */
export type DeepPartial<T> = { readonly [K in keyof T]?: T[K] extends object ? DeepPartial<T[K]> : T[K] };

/** Any part of what a pod asks for and may use. */
export const partialResources = z.strictObject({
  cpu: resourcesSchema.shape.cpu.partial().meta({ description: "Computing time." }).optional(),
  memory: resourcesSchema.shape.memory.partial().meta({ description: "Memory." }).optional(),
});

const partialProbes = z.strictObject({
  startup: probeTimingSchema.partial().meta({ description: startup }).optional(),
  readiness: probeTimingSchema.partial().meta({ description: readiness }).optional(),
  liveness: probeTimingSchema.partial().meta({ description: liveness }).optional(),
});

/** A part of a specification, as a stack gives it. It fills nothing in: what is not said stays unsaid. */
export const specificationOverrideSchema = specificationSchema.partial().extend({
  health: healthPathsSchema.partial().meta({ description: HEALTH }).optional(),
  probes: partialProbes.meta({ description: PROBES }).optional(),
  resources: partialResources.meta({ description: RESOURCES }).optional(),
  volumes: z
    .record(volumeNameSchema, volumeSchema.partial())
    .meta({ description: VOLUMES, "x-key": "volume" })
    .optional(),
});

export type SpecificationOverride = z.infer<typeof specificationOverrideSchema>;

/**
 * The standard of the house, below every platform's own: seed 000's resources (CPU 100m to 500m, memory 128Mi to
 * 512Mi) and probe timing (liveness 30, 10, 5; readiness 5, 5, 3: initial delay, period, time-out in seconds).
 *
 * The startup probe gives a container seed 004's 30 seconds; liveness waits for it, so its delay counts from there.
 */
export const standardSpecification = {
  replicas: 1,
  health: { report: "/health", ready: "/health/ready", live: "/health/live" },
  probes: {
    startup: { initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 30 },
    readiness: { initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
    liveness: { initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  },
  resources: { cpu: { request: "100m", limit: "500m" }, memory: { request: "128Mi", limit: "512Mi" } },
  environment: {},
  files: {},
  volumes: {},
  terminationGraceSeconds: 30,
} as const satisfies DeepPartial<Specification>;
