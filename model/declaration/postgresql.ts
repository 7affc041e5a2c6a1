import type { Arguments, StoringDatastore } from "./datastore-base.ts";

/** A PostgreSQL database with an owner, who migrates it, and an application role, whom row-level security binds. */
export interface PostgresqlDeclaration extends StoringDatastore {
  readonly engine: "postgresql";
  /** Major version, as in the image's tag. */
  readonly version: string;
  readonly database: string;
  /** Extensions its migrations create; `vector` needs an image with pgvector. */
  readonly extensions: readonly string[];
  /** The server's `max_connections`. The pools of all dependants together must fit in it. */
  readonly maxConnections: number;
}

/** Declares a PostgreSQL database. Its link yields `DATABASE_URL`. */
export function definePostgresql(datastore: Arguments<PostgresqlDeclaration>): PostgresqlDeclaration {
  return { kind: "datastore", engine: "postgresql", dependency: datastore.name, ...datastore };
}
