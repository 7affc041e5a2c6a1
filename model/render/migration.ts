import { createHash } from "node:crypto";
import type { Job } from "kubernetes-types/batch/v1";
import type { ConfigMap, Container, Secret, ServiceAccount } from "kubernetes-types/core/v1";
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { boundedName } from "../name.ts";
import { imagePlaceholder } from "../placeholder.ts";
import { postgresqlUrl } from "../resolve/connection.ts";
import type { ResolvedMigration, ResolvedPostgresql } from "../resolve/resolved.ts";
import { migrationNetworkPolicy } from "./network-policy.ts";
import { harden } from "./pod.ts";

/** Every Kubernetes object of one database's migration. */
export interface MigrationObjects {
  readonly serviceAccount: ServiceAccount;
  readonly configMap: ConfigMap;
  readonly secret: Secret;
  readonly job: Job;
  readonly networkPolicy: NetworkPolicy;
}

/** Seed 003: a database migration takes less than two minutes. */
const LIMIT_SECONDS = 120;

/**
 * Renders the Job that brings a schema up to date. Its name follows the files: the same files are the same Job, which
 * has run; other files are a new one. A pod's template cannot change in a Job.
 */
export function renderMigration(migration: ResolvedMigration): MigrationObjects {
  const { objectName, files, database } = migration;
  const revision = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 8);
  const metadata: ObjectMeta = {
    name: objectName,
    namespace: database.namespace,
    labels: { ...migration.labels },
  };
  return {
    serviceAccount: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    configMap: { apiVersion: "v1", kind: "ConfigMap", metadata, data: { ...files } },
    secret: {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      type: "Opaque",
      stringData: urls(database),
    },
    job: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { ...metadata, name: boundedName([objectName, revision]) },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: LIMIT_SECONDS,
        template: harden({
          metadata: { labels: { ...migration.labels } },
          spec: {
            serviceAccountName: objectName,
            restartPolicy: "Never",
            // As the administrator, then as the owner: each step has only the rights that it needs.
            ...steps(migration),
            volumes: [
              { name: "migrations", configMap: { name: objectName } },
              { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
            ],
          },
        }),
      },
    },
    networkPolicy: migrationNetworkPolicy(migration),
  };
}

function urls(database: ResolvedPostgresql): Readonly<Record<string, string>> {
  const { administrator, owner, application } = database.roles;
  return {
    ...(administrator ? { ADMIN_DATABASE_URL: postgresqlUrl(database, administrator) } : {}),
    APP_DATABASE_URL: postgresqlUrl(database, application),
    DATABASE_URL: postgresqlUrl(database, owner),
  };
}

function steps(migration: ResolvedMigration): { initContainers?: Container[]; containers: Container[] } {
  const roles = step("bootstrap", migration, ["ADMIN_DATABASE_URL", "DATABASE_URL", "APP_DATABASE_URL"]);
  const schema = step("up", migration, ["DATABASE_URL"]);
  // A database whose schema is its services' own business has only its roles made.
  if (Object.keys(migration.files).length === 0) return { containers: [roles] };
  return migration.database.roles.administrator
    ? { initContainers: [roles], containers: [schema] }
    : { containers: [schema] };
}

function step(
  command: "bootstrap" | "up",
  { image, objectName, database }: ResolvedMigration,
  secrets: readonly string[],
): Container {
  return {
    name: command,
    image: imagePlaceholder(image),
    args: [command],
    env: [
      { name: "DATABASE_EXTENSIONS", value: database.declaration.extensions.join(",") },
      ...secrets.map((name) => ({ name, valueFrom: { secretKeyRef: { name: objectName, key: name } } })),
    ],
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "migrations", mountPath: "/migrations", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}
