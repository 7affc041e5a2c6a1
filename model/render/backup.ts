import type { CronJob, Job, JobSpec } from "kubernetes-types/batch/v1";
import type { PersistentVolumeClaim, Secret, ServiceAccount } from "kubernetes-types/core/v1";
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { boundedName } from "../name.ts";
import { imagePlaceholder, secretPlaceholder } from "../placeholder.ts";
import type { ResolvedBackup } from "../resolve/resolved.ts";
import { backupNetworkPolicy } from "./network-policy.ts";
import { harden } from "./pod.ts";
import { postgresqlIdentity } from "./postgresql.ts";

/** Every Kubernetes object of one database's backups. */
export interface BackupObjects {
  readonly serviceAccount: ServiceAccount;
  readonly secret: Secret;
  readonly volumeClaim: PersistentVolumeClaim;
  readonly networkPolicy: NetworkPolicy;
  readonly cronJob: CronJob;
}

/** Seed 003 gives a restore 60 minutes at the most; a dump that takes longer than half of that needs another way. */
const LIMIT_SECONDS = 1800;

/**
 * Renders a database's backups: `pg_dump` in its custom format onto a volume of their own, the newest few kept.
 *
 * They run as the administrator: row-level security hides rows from everybody else, and `pg_dump` then refuses.
 */
export function renderBackup(backup: ResolvedBackup): BackupObjects {
  const { objectName, labels, storage, administrator, schedule } = backup;
  return {
    serviceAccount: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: metadata(backup),
      automountServiceAccountToken: false,
    },
    secret: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(backup),
      type: "Opaque",
      stringData: { PGPASSWORD: secretPlaceholder(administrator.password.key) },
    },
    volumeClaim: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: metadata(backup),
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
    },
    networkPolicy: backupNetworkPolicy(backup),
    cronJob: {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: metadata(backup),
      spec: {
        schedule,
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        // One missed while the control plane was down is made up for, within the hour.
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 2,
        jobTemplate: { metadata: { labels: { ...labels } }, spec: jobSpec(backup, "backup", BACK_UP) },
      },
    },
  };

  function metadata({ database }: ResolvedBackup): ObjectMeta {
    return { name: objectName, namespace: database.namespace, labels: { ...labels } };
  }
}

/**
 * The Job that puts a database back to what a dump holds, all of it or nothing. Services should be scaled down before:
 * it waits for their locks.
 *
 * @param file a dump's name on the backup volume; the newest where it is left out.
 */
export function renderRestore(backup: ResolvedBackup, file?: string): Job {
  const { objectName, labels, database } = backup;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: boundedName([objectName, "restore"]),
      namespace: database.namespace,
      labels: { ...labels },
    },
    spec: jobSpec(backup, "restore", RESTORE, file === undefined ? {} : { DUMP: file }),
  };
}

// The first seconds of a pod are refused until the network policies know its address.
const CONNECT = `set -eu
attempts=60
until pg_isready --quiet; do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || { echo "$PGHOST does not answer" >&2; exit 69; }
  sleep 1
done
`;

// A dump gets its name only when pg_restore can read it: what is killed half-way never counts as one.
const BACK_UP = `${CONNECT}dump=/backups/$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ).dump
pg_dump --no-password --format=custom --file="$dump.partial"
pg_restore --list "$dump.partial" > /dev/null
mv "$dump.partial" "$dump"
find /backups -name '*.partial' -delete
find /backups -name '*.dump' | sort -r | tail -n "+$((KEEP + 1))" | xargs -r rm --
echo "backup: $dump, $(stat -c %s "$dump") bytes; $(find /backups -name '*.dump' | wc -l) kept"
`;

const RESTORE = `${CONNECT}newest=$(find /backups -name '*.dump' | sort | tail -n 1)
dump=\${DUMP:+/backups/$DUMP}
dump=\${dump:-$newest}
[ -r "$dump" ] || { echo "restore: there is no dump \${dump:-in /backups}" >&2; exit 66; }
pg_restore --no-password --clean --if-exists --single-transaction --exit-on-error --dbname="$PGDATABASE" "$dump"
echo "restore: $PGDATABASE is as $dump has it"
`;

function jobSpec(
  { objectName, labels, database, administrator, keep }: ResolvedBackup,
  name: string,
  script: string,
  environment: Readonly<Record<string, string>> = {},
): JobSpec {
  const variables = {
    PGHOST: database.host,
    PGPORT: String(database.port),
    PGUSER: administrator.user,
    PGDATABASE: database.declaration.database,
    KEEP: String(keep),
    ...environment,
  };
  return {
    backoffLimit: 1,
    activeDeadlineSeconds: LIMIT_SECONDS,
    template: harden(
      {
        metadata: { labels: { ...labels } },
        spec: {
          serviceAccountName: objectName,
          restartPolicy: "Never",
          containers: [
            {
              name,
              image: imagePlaceholder(database.image),
              command: ["/bin/sh", "-c", script],
              env: [
                ...Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
                { name: "PGPASSWORD", valueFrom: { secretKeyRef: { name: objectName, key: "PGPASSWORD" } } },
              ],
              resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: [
                { name: "backups", mountPath: "/backups" },
                { name: "tmp", mountPath: "/tmp" },
              ],
            },
          ],
          volumes: [
            { name: "backups", persistentVolumeClaim: { claimName: objectName } },
            { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
          ],
        },
      },
      postgresqlIdentity,
    ),
  };
}
