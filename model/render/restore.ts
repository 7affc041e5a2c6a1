import type { Job } from "kubernetes-types/batch/v1";
import { boundedName } from "../name.ts";
import type { ResolvedBackup } from "../resolve/resolved.ts";
import { CONNECT, dumpJob, type DumpWork } from "./dump-job.ts";
import { POSTGRES_PASSWORD } from "./postgresql.ts";

const HOUR_SECONDS = 3600;

/**
 * The Job that puts a database back to what a dump holds, all of it or nothing.
 *
 * It runs as the administrator, who alone may drop and make extensions and give objects back to their owners. A service
 * that holds a lock for longer than a minute ends it, with the database as it was. It is tried once: what it says first is
 * the reason.
 *
 * @param file a dump's name on the backup volume; the newest where it is left out.
 */
export function renderRestore(backup: ResolvedBackup, file?: string): Job {
  const { database, administrator } = backup;
  return job(backup, "restore", {
    name: "restore",
    script: RESTORE,
    environment: {
      PGUSER: administrator.user,
      PGOPTIONS: "-c lock_timeout=60s",
      ...(file === undefined ? {} : { DUMP: file }),
    },
    password: { name: database.objectName, key: POSTGRES_PASSWORD },
    backoffLimit: 0,
  });
}

/** The Job that prints a database's dumps, the newest first: a line each, its name, its bytes, its time in seconds (UTC). */
export function renderDumpList(backup: ResolvedBackup): Job {
  return job(backup, "dump-list", { name: "list", script: LIST, backoffLimit: 0 });
}

function job(backup: ResolvedBackup, name: string, work: DumpWork): Job {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      // One name for all runs: the API server lets no second one begin while one is there.
      name: boundedName([backup.objectName, name]),
      namespace: backup.database.namespace,
      labels: { ...backup.labels },
    },
    spec: { ...dumpJob(backup, work), ttlSecondsAfterFinished: HOUR_SECONDS },
  };
}

const RESTORE = `${CONNECT}newest=$(find /backups -name '*.dump' | sort | tail -n 1)
dump=\${DUMP:+/backups/$DUMP}
dump=\${dump:-$newest}
[ -r "$dump" ] || { echo "restore: there is no dump \${dump:-in /backups}" >&2; exit 66; }
echo "restoring $dump"
pg_restore --no-password --clean --if-exists --single-transaction --exit-on-error --dbname="$PGDATABASE" "$dump"
echo "restore: $PGDATABASE is as $dump has it"
`;

const LIST = `set -eu
find /backups -name '*.dump' | sort -r | while read -r dump; do
  echo "\${dump#/backups/} $(stat -c '%s %Y' "$dump")"
done
`;
