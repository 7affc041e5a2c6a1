import { secretPlaceholder } from "../placeholder.ts";
import type { Login, ResolvedDatastore, ResolvedPostgresql, ResolvedPubsub, ResolvedSecret } from "./resolved.ts";

/** How a service connects to a datastore: the variables that its client library or its framework reads. */
export interface Connection {
  /** The variable with the URL, unless the link names another. */
  readonly variable: string;
  /** Holds a placeholder for the password. */
  readonly url: string;
  /** Further variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** The secrets that the values hold. */
  readonly secrets: readonly ResolvedSecret[];
}

/** What a link to this datastore yields. Outside the cluster every connection is by TLS. */
export function connection(datastore: ResolvedDatastore): Connection {
  const { host, port } = datastore;
  const external = datastore.kind === "external";
  if ("roles" in datastore) return postgresqlConnection(datastore);
  if ("project" in datastore) return pubsubConnection(datastore);
  if ("exchange" in datastore.declaration && "application" in datastore) {
    const { virtualHost } = datastore.declaration;
    const { application } = datastore;
    return {
      variable: "RABBITMQ_URL",
      url: `${external ? "amqps" : "amqp"}://${login(application)}@${host}:${port}/${encodeURIComponent(virtualHost)}`,
      environment: {},
      secrets: [application.password],
    };
  }
  if ("application" in datastore) {
    const { application } = datastore;
    return {
      variable: "REDIS_URL",
      url: `${external ? "rediss" : "redis"}://${login(application)}@${host}:${port}/0`,
      environment: {},
      secrets: [application.password],
    };
  }
  const { password } = datastore;
  if ("user" in datastore) {
    const { database } = datastore.declaration;
    return {
      variable: "MONGODB_URL",
      url: `mongodb://${login(datastore)}@${host}:${port}/${database}?authSource=${database}${external ? "&tls=true" : ""}`,
      environment: {},
      secrets: [password],
    };
  }
  return {
    variable: "QDRANT_URL",
    url: `${external ? "https" : "http"}://${host}:${port}`,
    environment: { QDRANT_API_KEY: placeholder(password) },
    secrets: [password],
  };
}

function postgresqlConnection(database: ResolvedPostgresql): Connection {
  const { application } = database.roles;
  return {
    variable: "DATABASE_URL",
    url: postgresqlUrl(database, application),
    environment: fallbackEnvironment(database, application),
    secrets: [application.password],
  };
}

/** A PostgreSQL URL for one login, with a placeholder for its password. Outside the cluster TLS is verified, always. */
export function postgresqlUrl(database: ResolvedPostgresql, role: Login): string {
  const tls = database.kind === "external" ? "?sslmode=verify-full" : "";
  return `postgresql://${login(role)}@${database.host}:${database.port}/${database.declaration.database}${tls}`;
}

/**
 * `DATABASE_FALLBACK_URL` for one login, where the database has a second way in.
 *
 * Neon finds the endpoint by the host name that TLS sends (SNI), or else by this option (seed 003; Neon docs: Connection
 * errors).
 */
export function fallbackEnvironment(database: ResolvedPostgresql, role: Login): Readonly<Record<string, string>> {
  if (!database.fallback) return {};
  const { host, endpoint } = database.fallback;
  const options = `sslmode=verify-full&options=${encodeURIComponent(`endpoint=${endpoint}`)}`;
  const url = `postgresql://${login(role)}@${host}:${database.port}/${database.declaration.database}?${options}`;
  return { DATABASE_FALLBACK_URL: url };
}

function pubsubConnection({ kind, host, port, project }: ResolvedPubsub): Connection {
  const environment = { PUBSUB_PROJECT_ID: project, GOOGLE_CLOUD_PROJECT: project };
  const secrets: readonly ResolvedSecret[] = [];
  // Set, the emulator's variable would take Google's clients away from the real service.
  return kind === "external"
    ? { variable: "PUBSUB_ENDPOINT", url: `https://${host}:${port}`, environment, secrets }
    : { variable: "PUBSUB_EMULATOR_HOST", url: `${host}:${port}`, environment, secrets };
}

function login({ user, password }: Login): string {
  return `${user}:${placeholder(password)}`;
}

function placeholder({ key }: ResolvedSecret): string {
  return secretPlaceholder(key);
}
