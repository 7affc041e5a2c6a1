import { setTimeout as sleep } from "node:timers/promises";
import type { V1Job } from "@kubernetes/client-node";
import type { Job } from "kubernetes-types/batch/v1";
import type { Job as RunningJob, Pod } from "../watch/kubernetes-objects.ts";
import { ifThere } from "./api-answers.ts";
import type { Cluster } from "./cluster.ts";
import { retried } from "./retried.ts";

/** How a Job ended. */
export interface JobRun {
  readonly outcome: "succeeded" | "failed" | "interrupted";
  /** What its container printed, both streams in order; empty where it never ran. */
  readonly output: string;
  /** Why it failed, in Kubernetes' words; empty where it did not. */
  readonly reason: string;
  readonly seconds: number;
}

export interface JobRunOptions {
  /** Told what the Job is waiting for or doing, whenever that changes. */
  readonly onProgress?: (state: string) => void;
  /** Deletes the Job and its pod, and waits until they are gone. */
  readonly signal?: AbortSignal;
}

/** A Job of this name is still at work. */
export class JobRunningError extends Error {
  override readonly name = "JobRunningError";
}

const POLL_MS = 500;

/**
 * Creates a Job, waits for its end and gives back what it printed. One of the same name that has ended makes room.
 *
 * @throws JobRunningError where one of the same name is at work: it is left alone.
 */
export async function runJob(cluster: Cluster, job: Job, options: JobRunOptions = {}): Promise<JobRun> {
  const started = performance.now();
  const ref = { name: job.metadata?.name ?? "", namespace: job.metadata?.namespace ?? "" };
  await makeRoom(cluster, ref);
  // The two libraries' types differ in what they make of dates, which no Job of ours sets.
  await cluster.batch.createNamespacedJob({ namespace: ref.namespace, body: job as unknown as V1Job });
  let last = "";
  for (;;) {
    if (options.signal?.aborted) {
      await remove(cluster, ref);
      return ended("interrupted", "", "");
    }
    const pod = await podOf(cluster, ref);
    const verdict = conditionOf(await retried(() => cluster.batch.readNamespacedJob(ref)));
    if (verdict) {
      const output = pod ? await logOf(cluster, pod) : "";
      return ended(verdict.type === "Complete" ? "succeeded" : "failed", output, failureReason(verdict, pod));
    }
    const state = pod ? stateOf(pod) : "waiting for a pod";
    if (state !== last) options.onProgress?.(state);
    last = state;
    await sleep(POLL_MS, undefined, options.signal ? { signal: options.signal } : {}).catch(() => undefined);
  }

  function ended(outcome: JobRun["outcome"], output: string, reason: string): JobRun {
    return { outcome, output, reason, seconds: (performance.now() - started) / 1000 };
  }
}

interface JobRef {
  readonly name: string;
  readonly namespace: string;
}

async function makeRoom(cluster: Cluster, ref: JobRef): Promise<void> {
  const existing = await ifThere(cluster.batch.readNamespacedJob(ref));
  if (!existing) return;
  if (!conditionOf(existing)) throw new JobRunningError(`The Job ${ref.name} in ${ref.namespace} is still running.`);
  await remove(cluster, ref);
}

async function remove(cluster: Cluster, ref: JobRef): Promise<void> {
  // In the foreground: the Job is gone only when its pods are.
  await ifThere(cluster.batch.deleteNamespacedJob({ ...ref, propagationPolicy: "Foreground" }));
  while (await ifThere(cluster.batch.readNamespacedJob(ref))) await sleep(POLL_MS);
}

function conditionOf(job: RunningJob) {
  return job.status?.conditions?.find(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  );
}

/** The newest pod that the Job has made. */
async function podOf({ core }: Cluster, { name, namespace }: JobRef): Promise<Pod | undefined> {
  const labelSelector = `batch.kubernetes.io/job-name=${name}`;
  const { items } = await retried(() => core.listNamespacedPod({ namespace, labelSelector }));
  const createdAt = (pod: Pod) => pod.metadata?.creationTimestamp?.getTime() ?? 0;
  return items.sort((a, b) => createdAt(b) - createdAt(a))[0];
}

/** What a person waiting wants to know of a pod. */
export function stateOf({ status }: Pod): string {
  const unscheduled = status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (unscheduled) return `waiting for a node: ${unscheduled.message ?? unscheduled.reason ?? ""}`;
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  if (waiting) return `waiting: ${[waiting.reason, waiting.message].filter(Boolean).join(", ")}`;
  return status?.phase === "Pending" ? "starting" : "running";
}

async function logOf({ core }: Cluster, pod: Pod): Promise<string> {
  const ref = { name: pod.metadata?.name ?? "", namespace: pod.metadata?.namespace ?? "" };
  return (await retried(() => core.readNamespacedPodLog(ref))).trim();
}

function failureReason({ type, reason, message }: { type: string; reason?: string; message?: string }, pod?: Pod) {
  if (type === "Complete") return "";
  const exitCode = pod?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode;
  const end = exitCode === undefined ? [] : [`exit code ${exitCode}`];
  return [reason ?? "failed", message ?? "", ...end].filter((part) => part !== "").join(", ");
}
