import type { Job } from "kubernetes-types/batch/v1";
import type { V1ConfigMap } from "@kubernetes/client-node";
import { replacePlaceholders } from "../../../model/placeholder.ts";
import { renderMigrationRun, type MigrationCommand } from "../../../model/render/migration.ts";
import type { ResolvedMigration } from "../../../model/resolve/resolved.ts";
import { ifThere, isConflict } from "../../cluster-client/api-answers.ts";
import type { Cluster } from "../../cluster-client/cluster.ts";
import { JobRunningError, runJob, type JobRun } from "../../cluster-client/run-job.ts";
import { retried } from "../../cluster-client/retried.ts";
import { WorkFailedError, type ClockPort, type DatabasePort } from "../ports.ts";
import { appliedIn, failureIn, versionBelow } from "./migration-output.ts";

/** What the port works with. */
export interface DatabaseSurroundings {
  readonly cluster: Cluster;
  readonly clock: ClockPort;
  /** The migrated database of a platform, with the files of this release; undefined for a platform without one. */
  readonly migrationOf: (platform: string) => ResolvedMigration | undefined;
  /** Told what a Job waits for or does. */
  readonly onProgress?: (state: string) => void;
}

/** How long a Job that an earlier process left running is waited for before each look, in milliseconds. */
const LOOK_MS = 1_000;

/**
 * Migrates by Jobs of the migrations' own image (docker/migrations): it takes an advisory lock, compares checksums, limits
 * each statement, and does each file in one transaction. What a database has is always asked of the database.
 */
export function jobDatabase(surroundings: DatabaseSurroundings): DatabasePort {
  const applied: DatabasePort["applied"] = async (platform, migrations, signal) => {
    const run = await command(surroundings, platform, { kind: "status" }, signal);
    if (run.outcome !== "succeeded") throw new WorkFailedError(failureIn(run));
    const files = appliedIn(run.output);
    return migrations.flatMap(({ file }) => (files.includes(file) ? [file] : []));
  };
  return {
    applied,
    migrate: async ({ plan, signal }, migrations) => {
      const version = Math.max(0, ...migrations.map((one) => one.version));
      const run = await command(surroundings, plan.platform, { kind: "up", version }, signal);
      // The verification: the database itself says what it has, whatever the Job said.
      const after = await applied(plan.platform, migrations, new AbortController().signal).catch(() => undefined);
      const lacking = migrations.filter(({ file }) => !(after ?? []).includes(file));
      if (run.outcome === "succeeded" && after && lacking.length === 0) return after;
      const reason =
        run.outcome === "succeeded"
          ? `the database does not have ${after ? lacking.map(({ file }) => file).join(", ") : "answered whether it has them"}`
          : failureIn(run);
      throw new WorkFailedError(reason, after ? { applied: after } : {});
    },
    revert: async ({ plan, signal }, migrations) => {
      const there = await applied(plan.platform, migrations, signal);
      if (there.length === 0) return;
      const version = versionBelow(migrations, known(surroundings, plan.platform));
      const run = await command(surroundings, plan.platform, { kind: "down", version }, signal);
      if (run.outcome !== "succeeded") throw new WorkFailedError(failureIn(run));
    },
  };
}

function known({ migrationOf }: DatabaseSurroundings, platform: string): readonly string[] {
  return Object.keys(migrationOf(platform)?.files ?? {});
}

async function command(
  surroundings: DatabaseSurroundings,
  platform: string,
  asked: MigrationCommand,
  signal: AbortSignal,
): Promise<JobRun> {
  const { cluster, clock, migrationOf, onProgress } = surroundings;
  const migration = migrationOf(platform);
  if (!migration) throw new WorkFailedError(`${platform} has no database that is migrated`);
  const { configMap, job } = renderMigrationRun(migration, asked);
  const image = await deployedImage(cluster, migration);
  if (image === undefined) {
    throw new WorkFailedError(
      `${migration.database.namespace} has no migration Job of ${migration.database.name}: bring the stack up first`,
    );
  }
  for (;;) {
    try {
      await putConfigMap(cluster, configMap as unknown as V1ConfigMap);
      const ready = replacePlaceholders(job, () => image) as Job;
      return await runJob(cluster, ready, { signal, ...(onProgress ? { onProgress } : {}) });
    } catch (error) {
      // A process that was killed has left it: its end is waited for, and what it did is then found done.
      if (!(error instanceof JobRunningError) || signal.aborted) throw error;
      await clock.sleep(LOOK_MS, signal);
    }
  }
}

/** What the engine's own migration Job runs, by digest. */
async function deployedImage(
  { batch }: Cluster,
  { selector, database }: ResolvedMigration,
): Promise<string | undefined> {
  const labelSelector = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const { items } = await retried(() => batch.listNamespacedJob({ namespace: database.namespace, labelSelector }));
  const created = (job: (typeof items)[number]) => job.metadata?.creationTimestamp?.getTime() ?? 0;
  return items.sort((a, b) => created(b) - created(a))[0]?.spec?.template.spec?.containers[0]?.image;
}

async function putConfigMap({ core }: Cluster, body: V1ConfigMap): Promise<void> {
  const name = body.metadata?.name ?? "";
  const namespace = body.metadata?.namespace ?? "";
  const there = await retried(() => ifThere(core.readNamespacedConfigMap({ name, namespace })));
  try {
    await (there
      ? core.replaceNamespacedConfigMap({ name, namespace, body })
      : core.createNamespacedConfigMap({ namespace, body }));
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}
