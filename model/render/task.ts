import type { Deployment } from "kubernetes-types/apps/v1";
import type { CronJob, Job, JobSpec } from "kubernetes-types/batch/v1";
import type { Container, PodTemplateSpec, Probe } from "kubernetes-types/core/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { standardSpecification } from "../declaration/specification.ts";
import type { CronJobDeclaration, JobDeclaration, WorkerDeclaration } from "../declaration/task.ts";
import type { ResolvedTask } from "../resolve/resolved.ts";
import { workloadNetworkPolicy } from "./network-policy.ts";
import { harden, httpProbe } from "./pod.ts";
import {
  renderWorkload,
  ROLLOUT,
  spread,
  workloadMetadata,
  type PodParts,
  type Reload,
  type WorkloadObjects,
} from "./workload.ts";

/** Every Kubernetes object of one task: one of the last three runs it. */
export interface TaskObjects extends WorkloadObjects {
  readonly networkPolicy: NetworkPolicy;
  readonly deployment?: Deployment;
  readonly job?: Job;
  readonly cronJob?: CronJob;
}

/** Renders a worker, a job or a cron job. Nobody calls it, so that it has neither a Service nor a way in. */
export function renderTask(task: ResolvedTask): TaskObjects {
  const { declaration } = task;
  const { objects, pod, reload } = renderWorkload(task);
  const common = { ...objects, networkPolicy: workloadNetworkPolicy(task) };
  switch (declaration.kind) {
    case "worker":
      return { ...common, deployment: workerDeployment(task, declaration, pod, reload) };
    case "job":
      return {
        ...common,
        job: {
          apiVersion: "batch/v1",
          kind: "Job",
          metadata: workloadMetadata(task),
          spec: jobSpec(declaration, pod),
        },
      };
    case "cronJob":
      return {
        ...common,
        cronJob: {
          apiVersion: "batch/v1",
          kind: "CronJob",
          metadata: workloadMetadata(task),
          spec: {
            schedule: declaration.schedule,
            timeZone: "Etc/UTC",
            concurrencyPolicy: "Forbid",
            // One missed while the control plane was down is made up for, within the hour.
            startingDeadlineSeconds: 3600,
            successfulJobsHistoryLimit: 1,
            failedJobsHistoryLimit: 2,
            jobTemplate: { metadata: { labels: { ...task.labels } }, spec: jobSpec(declaration, pod) },
          },
        },
      };
  }
}

function workerDeployment(task: ResolvedTask, worker: WorkerDeclaration, pod: PodParts, reload: Reload): Deployment {
  const { replicas = standardSpecification.replicas } = task.specification;
  const container = { ...containerOf(worker, pod), ...workerProbes(task, worker) };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...workloadMetadata(task), ...reload },
    spec: {
      replicas,
      ...ROLLOUT,
      selector: { matchLabels: { ...task.selector } },
      template: harden({
        metadata: pod.metadata,
        spec: { ...pod.spec, ...spread(task, replicas), containers: [container] },
      }),
    },
  };
}

/** Where the reference workload listens unless it is told otherwise (docker/README.md). */
const REFERENCE_PORT = 8000;

/** The same question in every probe: whether a worker gets work is not the kubelet's to decide. */
function workerProbes(
  { reference }: ResolvedTask,
  { alive }: WorkerDeclaration,
): Pick<Container, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const { startup, readiness, liveness } = standardSpecification.probes;
  const probe = (timing: typeof startup | typeof readiness | typeof liveness): Probe =>
    // What stands in for the worker has no such command; no Service leads to the port that it listens on.
    reference ? httpProbe("/health/live", REFERENCE_PORT, timing) : { exec: { command: [...alive] }, ...timing };
  return { startupProbe: probe(startup), readinessProbe: probe(readiness), livenessProbe: probe(liveness) };
}

function jobSpec(job: JobDeclaration | CronJobDeclaration, pod: PodParts): JobSpec {
  const template: PodTemplateSpec = {
    metadata: pod.metadata,
    spec: { ...pod.spec, restartPolicy: "Never", containers: [containerOf(job, pod)] },
  };
  return { backoffLimit: job.retries ?? 1, activeDeadlineSeconds: job.deadlineSeconds, template: harden(template) };
}

function containerOf({ command }: { readonly command?: readonly string[] }, { container }: PodParts): Container {
  return command === undefined ? container : { ...container, command: [...command] };
}
