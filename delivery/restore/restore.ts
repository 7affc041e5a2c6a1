import { ApiException } from "@kubernetes/client-node";
import type { Job } from "kubernetes-types/batch/v1";
import { replacePlaceholders } from "../../model/placeholder.ts";
import { renderDumpList, renderRestore } from "../../model/render/restore.ts";
import type { ResolvedBackup } from "../../model/resolve/resolved.ts";
import type { Cluster } from "../cluster-client/cluster.ts";
import { runJob, type JobRun, type JobRunOptions } from "../cluster-client/run-job.ts";
import { parseDumps, type Dump } from "./dumps.ts";

/** The database is not deployed, or not with backups. */
export class NoBackupsError extends Error {
  override readonly name = "NoBackupsError";
}

/** The dumps of a database, or the run that failed to list them. */
export async function listDumps(
  cluster: Cluster,
  backup: ResolvedBackup,
  options: JobRunOptions,
): Promise<{ readonly run: JobRun; readonly dumps: readonly Dump[] }> {
  const run = await runJob(cluster, await asDeployed(cluster, backup, renderDumpList(backup)), options);
  return { run, dumps: parseDumps(run.output) };
}

/** Puts a database back to what a dump holds. @param file its name; the newest where it is left out. */
export async function restoreDump(
  cluster: Cluster,
  backup: ResolvedBackup,
  file: string | undefined,
  options: JobRunOptions,
): Promise<JobRun> {
  return runJob(cluster, await asDeployed(cluster, backup, renderRestore(backup, file)), options);
}

/** The Job with the image that the running backups have, by digest: what wrote the dumps can read them. */
async function asDeployed(cluster: Cluster, { objectName, database }: ResolvedBackup, job: Job): Promise<Job> {
  const image = await deployedImage(cluster, objectName, database.namespace);
  if (image === undefined) {
    throw new NoBackupsError(
      `The cluster ${cluster.context} has no CronJob ${objectName} in ${database.namespace}: bring the stack up first.`,
    );
  }
  return replacePlaceholders(job, () => image) as Job;
}

async function deployedImage({ batch }: Cluster, name: string, namespace: string): Promise<string | undefined> {
  try {
    const { spec } = await batch.readNamespacedCronJob({ name, namespace });
    return spec?.jobTemplate.spec?.template.spec?.containers[0]?.image;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
