import type { ServiceArguments } from "./service.ts";
import type { CommonSpecification, DeepPartial } from "./specification.ts";

/** What a person writes about something that works and that nobody calls. It has no port, and so no way in. */
interface TaskArguments
  extends
    DeepPartial<CommonSpecification>,
    Pick<ServiceArguments, "name" | "title" | "seeds" | "language" | "secrets" | "links" | "outbound"> {
  /** What its container runs. Default: what its image starts. */
  readonly command?: readonly string[];
}

/** A task that runs all the time, such as a queue's consumer. */
export interface WorkerArguments extends TaskArguments {
  /** Pods that run. Default: 1. */
  readonly replicas?: number;
  /** What its container runs to tell that the process works, such as `["celery", "inspect", "ping"]`: it ends with 0 then. */
  readonly alive: readonly string[];
}

/** A task that comes to an end. */
export interface JobArguments extends TaskArguments {
  /** How long it may take, retries included; in seconds. */
  readonly deadlineSeconds: number;
  /** How often it is tried again. Default: 1. */
  readonly retries?: number;
}

/** A job at its times. */
export interface CronJobArguments extends JobArguments {
  /** Five fields as crontab has them, in UTC. */
  readonly schedule: string;
}

export type WorkerDeclaration = WorkerArguments & { readonly kind: "worker" };
export type JobDeclaration = JobArguments & { readonly kind: "job" };
export type CronJobDeclaration = CronJobArguments & { readonly kind: "cronJob" };

/** A worker, a job or a cron job, declared among its platform's services. */
export type TaskDeclaration = WorkerDeclaration | JobDeclaration | CronJobDeclaration;

/** Declares a worker. It is linked, configured and built as a service is; nothing can link to it. */
export function defineWorker(worker: WorkerArguments): WorkerDeclaration {
  return { kind: "worker", ...worker };
}

/**
 * Declares a job. It runs once, after what it links to is up, and again whenever its image, its configuration or one of
 * its secrets changes; the update waits for its end and fails with it.
 */
export function defineJob(job: JobArguments): JobDeclaration {
  return { kind: "job", ...job };
}

/** Declares a cron job. One run at a time: while the one before is at work, the next is left out. */
export function defineCronJob(cronJob: CronJobArguments): CronJobDeclaration {
  return { kind: "cronJob", ...cronJob };
}
