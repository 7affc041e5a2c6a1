import type pg from "pg";
import { bootstrap, loginOf, type Login } from "./bootstrap.ts";
import { connect } from "./connect.ts";
import { migrate, status } from "./migrator.ts";
import {
  bootstrapEnvironment,
  migrationEnvironment,
  readCommand,
  readEnvironment,
  usage,
  type BootstrapEnvironment,
  type Command,
} from "./settings.ts";

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Ends the process with one message. sysexits.h: 78 is EX_CONFIG, 1 is a migration that failed. */
function die(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

const INVALID_PASSWORD = "28P01";

/** Connects as the administrator: by the password before, where the server does not know the new one yet. */
async function connectAdministrator(
  settings: BootstrapEnvironment,
): Promise<{ readonly admin: pg.Client; readonly newAdmin?: Login }> {
  const { ADMIN_DATABASE_URL: url, ADMIN_PREVIOUS_DATABASE_URL: previous } = settings;
  try {
    return { admin: await connect([url], settings, print) };
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { readonly code?: string };
    if (previous === undefined || code !== INVALID_PASSWORD) throw error;
    return { admin: await connect([previous], settings, print), newAdmin: loginOf("ADMIN_DATABASE_URL", url) };
  }
}

async function runBootstrap(): Promise<void> {
  const environment = readEnvironment(bootstrapEnvironment, process.env);
  if (!environment.ok) die(environment.issues, 78);
  const { value } = environment;
  const owner = loginOf("DATABASE_URL", value.DATABASE_URL);
  const app = loginOf("APP_DATABASE_URL", value.APP_DATABASE_URL);
  const backup =
    value.BACKUP_DATABASE_URL === undefined ? undefined : loginOf("BACKUP_DATABASE_URL", value.BACKUP_DATABASE_URL);
  const { admin, newAdmin } = await connectAdministrator(value);
  try {
    await bootstrap({
      admin,
      owner,
      app,
      ...(backup === undefined ? {} : { backup }),
      extensions: value.DATABASE_EXTENSIONS,
      print,
      ...(newAdmin ? { newAdmin } : {}),
      ...(value.APP_ROLE === undefined ? {} : { appRole: value.APP_ROLE }),
      ...(value.RETIRED_ROLE === undefined ? {} : { retired: value.RETIRED_ROLE }),
    });
  } finally {
    await admin.end();
  }
}

async function runMigration(command: Exclude<Command, { kind: "bootstrap" }>): Promise<void> {
  const environment = readEnvironment(migrationEnvironment, process.env);
  if (!environment.ok) die(environment.issues, 78);
  const { value } = environment;
  const fallback = value.DATABASE_FALLBACK_URL === undefined ? [] : [value.DATABASE_FALLBACK_URL];
  const client = await connect([value.DATABASE_URL, ...fallback], value, print);
  try {
    const run = { client, directory: value.MIGRATIONS_PATH, print };
    await (command.kind === "status" ? status(run) : migrate(run, command.kind, command.target));
  } finally {
    await client.end();
  }
}

const command = readCommand(process.argv.slice(2).length > 0 ? process.argv.slice(2) : ["up"]);
if (command === undefined) die(usage, 64);
try {
  await (command.kind === "bootstrap" ? runBootstrap() : runMigration(command));
} catch (error) {
  die(error instanceof Error ? error.message : String(error), 1);
}
