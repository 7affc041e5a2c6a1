import { imagePlaceholder, secretPlaceholder } from "../placeholder.ts";
import type { ResolvedPostgresql } from "../resolve/resolved.ts";
import { DATA_VOLUME, type EngineParts } from "./engine-parts.ts";
import type { PodIdentity } from "./pod.ts";

type InClusterPostgresql = Extract<ResolvedPostgresql, { kind: "inCluster" }>;

/** The `postgres` user of docker/postgres and of the official image. */
export const postgresqlIdentity: PodIdentity = { user: 999, group: 999 };

/** The key of the administrator's password in the Secret of a server. */
export const POSTGRES_PASSWORD = "POSTGRES_PASSWORD";

/** A PostgreSQL server. Its Secret holds the superuser's password; the migration Job makes the other roles. */
export function postgresqlParts(datastore: InClusterPostgresql): EngineParts {
  const { administrator } = datastore.roles;
  const { declaration, objectName, port } = datastore;
  const isReady = {
    exec: {
      // Over TCP: the temporary server that prepares an empty volume listens on its socket only.
      command: ["pg_isready", "-q", "-h", "127.0.0.1", "-p", String(port)],
    },
    timeoutSeconds: 3,
  };
  return {
    identity: postgresqlIdentity,
    stored: true,
    // The superuser's password counts when an empty volume is prepared; later the migration Job changes it.
    readAtStart: [],
    secret: administrator ? { [POSTGRES_PASSWORD]: secretPlaceholder(administrator.password.key) } : {},
    container: {
      name: "postgresql",
      image: imagePlaceholder(datastore.image),
      args: ["-c", `max_connections=${declaration.maxConnections}`, "-c", "shared_buffers=64MB"],
      ports: [{ name: "postgresql", containerPort: port, protocol: "TCP" }],
      env: [
        { name: "POSTGRES_DB", value: declaration.database },
        { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
      ],
      envFrom: [{ secretRef: { name: objectName } }],
      startupProbe: { ...isReady, periodSeconds: 1, failureThreshold: 120 },
      readinessProbe: { ...isReady, periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...isReady, periodSeconds: 10, failureThreshold: 6 },
      volumeMounts: [
        { name: DATA_VOLUME, mountPath: "/var/lib/postgresql/data" },
        { name: "run", mountPath: "/var/run/postgresql" },
        { name: "tmp", mountPath: "/tmp" },
      ],
    },
    volumes: [
      { name: "run", emptyDir: { sizeLimit: "16Mi" } },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ],
  };
}
