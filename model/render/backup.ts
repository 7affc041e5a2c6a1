import type { CronJob } from "kubernetes-types/batch/v1";
import type { PersistentVolumeClaim, Secret, ServiceAccount } from "kubernetes-types/core/v1";
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { secretPlaceholder } from "../placeholder.ts";
import type { ResolvedBackup } from "../resolve/resolved.ts";
import { CONNECT, dumpJob } from "./dump-job.ts";
import { backupNetworkPolicy } from "./network-policy.ts";

/** Every Kubernetes object of one database's backups. */
export interface BackupObjects {
  readonly serviceAccount: ServiceAccount;
  readonly secret: Secret;
  readonly volumeClaim: PersistentVolumeClaim;
  readonly networkPolicy: NetworkPolicy;
  readonly cronJob: CronJob;
}

/**
 * Renders a database's backups: `pg_dump` in its custom format onto a volume of their own, the newest few kept.
 *
 * They run as a role of their own, which reads everything and writes nothing (docker/migrations, `bootstrap`).
 */
export function renderBackup(backup: ResolvedBackup): BackupObjects {
  const { objectName, labels, storage, login, schedule } = backup;
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
      stringData: { PGPASSWORD: secretPlaceholder(login.password.key) },
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
        jobTemplate: {
          metadata: { labels: { ...labels } },
          spec: dumpJob(backup, {
            name: "backup",
            script: BACK_UP,
            environment: { PGUSER: login.user, KEEP: String(backup.keep) },
            password: { name: objectName, key: "PGPASSWORD" },
          }),
        },
      },
    },
  };

  function metadata({ database }: ResolvedBackup): ObjectMeta {
    return { name: objectName, namespace: database.namespace, labels: { ...labels } };
  }
}

// A dump gets its name only when pg_restore can read it: what is killed half-way never counts as one.
const BACK_UP = `${CONNECT}dump=/backups/$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ).dump
pg_dump --no-password --format=custom --file="$dump.partial"
pg_restore --list "$dump.partial" > /dev/null
mv "$dump.partial" "$dump"
find /backups -name '*.partial' -delete
find /backups -name '*.dump' | sort -r | tail -n "+$((KEEP + 1))" | xargs -r rm --
echo "backup: $dump, $(stat -c %s "$dump") bytes; $(find /backups -name '*.dump' | wc -l) kept"
`;
