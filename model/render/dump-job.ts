import type { JobSpec } from "kubernetes-types/batch/v1";
import { imagePlaceholder } from "../placeholder.ts";
import type { ResolvedBackup } from "../resolve/resolved.ts";
import { harden } from "./pod.ts";
import { postgresqlIdentity } from "./postgresql.ts";

/** Seed 003 gives a restore 60 minutes at the most; a dump that takes longer than half of that needs another way. */
const LIMIT_SECONDS = 1800;

/** What one kind of work on a database's dumps runs. */
export interface DumpWork {
  /** Of its container. */
  readonly name: string;
  /** For the shell, with PostgreSQL's own programs at hand and the dumps in /backups. */
  readonly script: string;
  /** On top of the database's address and name. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The Secret with the password, and its key; none for work that does not connect. */
  readonly password?: { readonly name: string; readonly key: string };
  /** Default 1: what failed once by chance is tried again. */
  readonly backoffLimit?: number;
}

/** The beginning of a script that connects: the first seconds of a pod are refused until policies know its address. */
export const CONNECT = `set -eu
attempts=60
until pg_isready --quiet; do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || { echo "$PGHOST does not answer" >&2; exit 69; }
  sleep 1
done
`;

/** A Job on the volume that a database's dumps are on, with the image of its server. */
export function dumpJob({ objectName, labels, database }: ResolvedBackup, work: DumpWork): JobSpec {
  const variables = {
    PGHOST: database.host,
    PGPORT: String(database.port),
    PGDATABASE: database.declaration.database,
    ...work.environment,
  };
  return {
    backoffLimit: work.backoffLimit ?? 1,
    activeDeadlineSeconds: LIMIT_SECONDS,
    template: harden(
      {
        metadata: { labels: { ...labels } },
        spec: {
          serviceAccountName: objectName,
          restartPolicy: "Never",
          containers: [
            {
              name: work.name,
              image: imagePlaceholder(database.image),
              command: ["/bin/sh", "-c", work.script],
              env: [
                ...Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
                ...(work.password ? [{ name: "PGPASSWORD", valueFrom: { secretKeyRef: work.password } }] : []),
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
