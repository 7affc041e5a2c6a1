import type { Job, Pod, Termination } from "../kubernetes-objects.ts";
import type { Diagnosis } from "../diagnosis.ts";
import type { PodCreator } from "../rolled-out.ts";
import { controllerOf, refOf, type ClusterSnapshot } from "../snapshot.ts";
import { counted, type Finding } from "./finding.ts";

/**
 * A Job that failed, by its own limits (`backoffLimit`, `activeDeadlineSeconds`). `FailureTarget` is set before the
 * Job's pods are removed, so their logs can still be read.
 */
export function failedJob({ job }: PodCreator, snapshot: ClusterSnapshot): Finding | undefined {
  if (!job) return undefined;
  const conditions = job.status?.conditions ?? [];
  if (conditions.some(({ type, status }) => type === "Complete" && status === "True")) return undefined;
  const verdict = conditions.find(
    ({ type, status }) => (type === "Failed" || type === "FailureTarget") && status === "True",
  );
  const failures = job.status?.failed ?? 0;
  if (!verdict && failures === 0) return undefined;
  const last = lastFailure(job, snapshot);
  const code = last?.end ? `, last with exit code ${last.end.exitCode}` : "";
  return {
    kind: "job",
    fatal: verdict !== undefined,
    cause: verdict
      ? `job ${job.metadata?.name ?? ""} failed: ${reasonInWords(verdict.reason, failures)}${code}`
      : `job ${job.metadata?.name ?? ""} has had ${counted(failures, "failed attempt")}${code}`,
    detail: last?.end?.message ?? verdict?.message ?? "",
    since: verdict?.lastTransitionTime ?? last?.end?.finishedAt ?? snapshot.takenAt,
    ...(last?.end ? { exitCode: last.end.exitCode } : {}),
    ...(last ? { logs: last.logs, related: [refOf("Pod", last.pod)] } : {}),
  };
}

function reasonInWords(reason: string | undefined, failures: number): string {
  if (reason === "DeadlineExceeded") return "it took longer than its deadline";
  if (reason === "BackoffLimitExceeded") return counted(failures, "failed attempt");
  return reason ?? "no reason given";
}

interface Failure {
  readonly pod: Pod;
  readonly end?: Termination;
  readonly logs: NonNullable<Diagnosis["logs"]>;
}

function lastFailure(job: Job, snapshot: ClusterSnapshot): Failure | undefined {
  const pod = snapshot.pods
    .filter((candidate) => controllerOf(candidate) === job.metadata?.uid)
    .sort((a, b) => createdAt(a) - createdAt(b))
    .at(-1);
  if (!pod) return undefined;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const failed = statuses.find(({ state, lastState }) => (state?.terminated ?? lastState?.terminated)?.exitCode);
  const container = failed?.name ?? pod.spec?.containers[0]?.name ?? "";
  const end = failed?.state?.terminated ?? failed?.lastState?.terminated;
  const logs = {
    pod: pod.metadata?.name ?? "",
    container,
    previous: failed !== undefined && !failed.state?.terminated,
  };
  return { pod, logs, ...(end ? { end } : {}) };
}

function createdAt(pod: Pod): number {
  return pod.metadata?.creationTimestamp?.getTime() ?? 0;
}
