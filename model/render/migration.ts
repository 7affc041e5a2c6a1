import { createHash } from "node:crypto";
import type { Job } from "kubernetes-types/batch/v1";
import type { ConfigMap, Container, EnvVar, Secret, ServiceAccount } from "kubernetes-types/core/v1";
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { boundedName, fromStore } from "../name.ts";
import { imagePlaceholder, secretHashPlaceholder } from "../placeholder.ts";
import { fallbackEnvironment, postgresqlUrl } from "../resolve/connection.ts";
import type { ResolvedMigration, ResolvedPostgresql } from "../resolve/resolved.ts";
import { passwordsOf } from "../resolve/secrets-of.ts";
import { secretKeysIn } from "./environment.ts";
import { partedSecret, renderExternalSecret, type ExternalSecret } from "./external-secret.ts";
import { migrationNetworkPolicy } from "./network-policy.ts";
import { harden } from "./pod.ts";

/** Every Kubernetes object of one database's migration. */
export interface MigrationObjects {
  readonly serviceAccount: ServiceAccount;
  readonly configMap: ConfigMap;
  /** None where all of it comes from an external store. */
  readonly secret?: Secret;
  readonly externalSecret?: ExternalSecret;
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
  const { own, stored, nameFromStore, secretNameOf } = secretsOf(migration);
  const ownKeys = Object.keys(own);
  const externalSecret = renderExternalSecret({ ...metadata, name: nameFromStore }, stored, passwordsOf(database));
  return {
    serviceAccount: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    configMap: { apiVersion: "v1", kind: "ConfigMap", metadata, data: { ...files } },
    ...(ownKeys.length > 0
      ? { secret: { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: { ...own } } }
      : {}),
    ...(externalSecret ? { externalSecret } : {}),
    job: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { ...metadata, name: boundedName([objectName, revision]) },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: LIMIT_SECONDS,
        template: harden({
          metadata: {
            labels: { ...migration.labels },
            // A Job's template cannot change: with a new password it is a new Job, which gives it to the roles.
            ...(ownKeys.length > 0
              ? { annotations: { "fleet.dev/secret-hash": secretHashPlaceholder(secretKeysIn(own)) } }
              : {}),
          },
          spec: {
            serviceAccountName: objectName,
            restartPolicy: "Never",
            // As the administrator, then as the owner: each step has only the rights that it needs.
            ...steps(migration, secretNameOf),
            volumes: volumes(objectName),
          },
        }),
      },
    },
    networkPolicy: migrationNetworkPolicy(migration),
  };
}

/** What a release asks of a schema: to be brought to a version, forward or back, or to say what it has. */
export type MigrationCommand = { readonly kind: "up" | "down"; readonly version: number } | { readonly kind: "status" };

/**
 * The Job by which a release migrates, with the files that it brings. It stands beside what the engine has deployed: it
 * uses the engine's Secret, account and network policy, and a ConfigMap of its own, so that both kinds of files can be
 * there at once.
 */
export function renderMigrationRun(
  migration: ResolvedMigration,
  command: MigrationCommand,
): { readonly configMap: ConfigMap; readonly job: Job } {
  const { objectName, files, database } = migration;
  const metadata: ObjectMeta = {
    // One name for all runs: the API server lets no second one begin while one is there.
    name: boundedName([objectName, "release"]),
    namespace: database.namespace,
    labels: { ...migration.labels },
  };
  const { secretNameOf } = secretsOf(migration);
  return {
    configMap: { apiVersion: "v1", kind: "ConfigMap", metadata, data: { ...files } },
    job: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata,
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: LIMIT_SECONDS,
        ttlSecondsAfterFinished: 3600,
        template: harden({
          metadata: { labels: { ...migration.labels } },
          spec: {
            serviceAccountName: objectName,
            restartPolicy: "Never",
            containers: [schemaStep(migration, wordsOf(command), secretNameOf)],
            volumes: volumes(metadata.name ?? ""),
          },
        }),
      },
    },
  };
}

function wordsOf(command: MigrationCommand): string[] {
  return command.kind === "status" ? [command.kind] : [command.kind, String(command.version)];
}

function volumes(configMap: string) {
  return [
    { name: "migrations", configMap: { name: configMap } },
    { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
  ];
}

/** The logins that the steps connect by: those in a Secret of the program, and those that an external store fills in. */
function secretsOf({ objectName, database }: ResolvedMigration) {
  const { own, fromStore: stored } = partedSecret(urls(database), passwordsOf(database));
  const nameFromStore = Object.keys(own).length > 0 ? fromStore(objectName) : objectName;
  const secretNameOf: SecretNameOf = (key) => (Object.hasOwn(stored, key) ? nameFromStore : objectName);
  return { own, stored, nameFromStore, secretNameOf };
}

function urls(database: ResolvedPostgresql): Readonly<Record<string, string>> {
  const { administrator, backup, owner, application } = database.roles;
  const { previous } = administrator?.password ?? {};
  return {
    ...(administrator ? { ADMIN_DATABASE_URL: postgresqlUrl(database, administrator) } : {}),
    ...(administrator && previous
      ? { ADMIN_PREVIOUS_DATABASE_URL: postgresqlUrl(database, { ...administrator, password: previous }) }
      : {}),
    APP_DATABASE_URL: postgresqlUrl(database, application),
    ...(backup ? { BACKUP_DATABASE_URL: postgresqlUrl(database, backup) } : {}),
    DATABASE_URL: postgresqlUrl(database, owner),
    ...fallbackEnvironment(database, owner),
  };
}

type SecretNameOf = (key: string) => string;

function steps(
  migration: ResolvedMigration,
  secretNameOf: SecretNameOf,
): { initContainers?: Container[]; containers: Container[] } {
  const { database } = migration;
  const { application } = database.roles;
  const roles = step(
    ["bootstrap"],
    migration,
    // Those before are only needed to set those now.
    Object.keys(urls(database)).map((name) => ({ name, valueFrom: secretReference(secretNameOf(name), name) })),
    {
      ...(application.user === application.firstUser ? {} : { APP_ROLE: application.firstUser }),
      ...(application.retiredUser === undefined ? {} : { RETIRED_ROLE: application.retiredUser }),
    },
  );
  const schema = schemaStep(migration, ["up"], secretNameOf);
  // A database whose schema is its services' own business has only its roles made.
  if (Object.keys(migration.files).length === 0) return { containers: [roles] };
  return database.roles.administrator ? { initContainers: [roles], containers: [schema] } : { containers: [schema] };
}

/** As the owner of the schema. */
function schemaStep(migration: ResolvedMigration, words: string[], secretNameOf: SecretNameOf): Container {
  const { database } = migration;
  const ownerUrls = ["DATABASE_URL", ...Object.keys(fallbackEnvironment(database, database.roles.owner))];
  const secrets = ownerUrls.map((name) => ({ name, valueFrom: secretReference(secretNameOf(name), name) }));
  return step(words, migration, secrets);
}

function secretReference(name: string, key: string): NonNullable<EnvVar["valueFrom"]> {
  return { secretKeyRef: { name, key } };
}

function step(
  words: string[],
  { image, database }: ResolvedMigration,
  secrets: readonly EnvVar[],
  variables: Readonly<Record<string, string>> = {},
): Container {
  return {
    name: words[0] ?? "",
    image: imagePlaceholder(image),
    args: words,
    env: [
      { name: "DATABASE_EXTENSIONS", value: database.declaration.extensions.join(",") },
      ...Object.entries(variables).map(([name, value]) => ({ name, value })),
      ...secrets,
    ],
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "migrations", mountPath: "/migrations", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}
