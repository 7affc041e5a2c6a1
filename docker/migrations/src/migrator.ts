import { basename, join } from "node:path";
import type { ClientBase } from "pg";
import Postgrator from "postgrator";
import { describeSqlError, type SqlError } from "./sql-failure.ts";

/** A migration that PostgreSQL refused. The schema is as it was before it. */
export class MigrationFailure extends Error {
  override readonly name = "MigrationFailure";
}

/** Any number that all runs share: two Jobs at once must not migrate at once. Spells "fleet". */
const advisoryLock = 0x66_6c_65_65_74;

/** Postgrator with each migration, and the note that it ran, in one transaction of its own. */
class TransactionalPostgrator extends Postgrator {
  constructor(
    options: Postgrator.Options,
    private readonly client: ClientBase,
    private readonly print: (line: string) => void,
  ) {
    super(options);
  }

  override async runMigrations(migrations: Postgrator.Migration[] = []): Promise<Postgrator.Migration[]> {
    for (const migration of migrations) {
      const file = basename(migration.filename);
      const started = performance.now();
      await this.client.query("BEGIN");
      try {
        await super.runMigrations([migration]);
        await this.client.query("COMMIT");
      } catch (error) {
        await this.client.query("ROLLBACK");
        const script = migration.getSql();
        throw new MigrationFailure(describeSqlError(file, script, error as SqlError), { cause: error });
      }
      this.print(`applied ${file} in ${Math.round(performance.now() - started)} ms`);
    }
    return migrations;
  }
}

export interface MigrationRun {
  /** A connection as the owner of the schema, used by nobody else. */
  readonly client: ClientBase;
  readonly directory: string;
  readonly print: (line: string) => void;
}

function open({ client, directory, print }: MigrationRun): TransactionalPostgrator {
  return new TransactionalPostgrator(
    {
      driver: "pg",
      migrationPattern: join(directory, "*.sql"),
      schemaTable: "schema_migrations",
      execQuery: (query) => client.query(query),
    },
    client,
    print,
  );
}

/** Runs `work` while no other run can migrate this database. The lock ends with the connection, whatever happens. */
async function locked<T>({ client, print }: MigrationRun, work: () => Promise<T>): Promise<T> {
  const free = await client.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1) AS locked", [advisoryLock]);
  if (free.rows[0]?.locked !== true) {
    print("another run is migrating this database: waiting for it");
    // The time-outs are for migrations; how long to wait is for the Job's own deadline to say.
    await client.query("SET lock_timeout = 0; SET statement_timeout = 0");
    await client.query("SELECT pg_advisory_lock($1)", [advisoryLock]);
    await client.query("RESET lock_timeout; RESET statement_timeout");
  }
  try {
    return await work();
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [advisoryLock]);
  }
}

/** Postgrator names an edited migration by number only, and not what to do. */
function withRemedy(error: unknown, known: readonly Postgrator.Migration[]): unknown {
  const version =
    error instanceof Error ? /^MD5 checksum failed for migration \[(\d+)\]/.exec(error.message)?.[1] : undefined;
  if (version === undefined) return error;
  const file =
    known.find((migration) => migration.action === "do" && migration.version === Number(version))?.filename ?? version;
  return new MigrationFailure(
    `${basename(file)} has changed since it was applied: restore it, and put the change into a new migration`,
    { cause: error },
  );
}

/**
 * Brings the schema to a version, forward or back.
 *
 * @param target `max` or a version number.
 * @throws MigrationFailure when PostgreSQL refuses a migration: those before it stay, it leaves no trace.
 * @throws Error when a migration that was applied has changed since (checksum).
 */
export async function migrate(run: MigrationRun, direction: "up" | "down", target: string): Promise<void> {
  const postgrator = open(run);
  await locked(run, async () => {
    const known = await postgrator.getMigrations();
    if (known.length === 0) throw new MigrationFailure(`no NNN.do.<name>.sql in ${run.directory}`);
    const before = await postgrator.getDatabaseVersion();
    const newest = await postgrator.getMaxVersion();
    const wanted = target === "max" ? newest : Number(target);
    if (direction === "down" ? wanted > before : target !== "max" && wanted < before) {
      throw new MigrationFailure(`the schema is at version ${before}: ${wanted} is not ${direction} from there`);
    }
    if (wanted < before && direction === "up") {
      // The release that is coming knows less than the one that was here: it is for the release pipeline to judge.
      run.print(`the schema is at version ${before}, newer than these migrations (${newest}): nothing to do`);
      return;
    }
    const undoable = known.filter(({ action }) => action === "undo").map(({ version }) => version);
    const stuck = known.find(
      (m) => m.action === "do" && m.version > wanted && m.version <= before && !undoable.includes(m.version),
    );
    if (direction === "down" && stuck !== undefined) {
      throw new MigrationFailure(`${basename(stuck.filename)} cannot be undone: it has no undo script`);
    }
    const applied = await postgrator.migrate(String(wanted)).catch((error: unknown) => {
      throw withRemedy(error, known);
    });
    run.print(applied.length === 0 ? `schema at version ${before}: nothing to change` : `schema at version ${wanted}`);
  });
}

/** Prints each migration and whether the database has it. */
export async function status(run: MigrationRun): Promise<void> {
  const postgrator = open(run);
  const known = await postgrator.getMigrations();
  const version = await postgrator.getDatabaseVersion();
  run.print(`schema at version ${version}`);
  for (const migration of known.filter(({ action }) => action === "do")) {
    run.print(`${migration.version <= version ? "applied" : "pending"} ${basename(migration.filename)}`);
  }
}
