import pg, { type ClientBase } from "pg";

/** User, password and database of a PostgreSQL URL. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** @throws Error when the URL lacks a user, a password or a database, which a role cannot be made without. */
export function loginOf(variable: string, url: string): Login {
  const parsed = new URL(url);
  const login = {
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)),
  };
  for (const [part, value] of Object.entries(login)) if (value === "") throw new Error(`${variable} has no ${part}`);
  return login;
}

/**
 * The statements that make one login role what it must be: able to log in, and nothing that gets around row-level
 * security. Idempotent; a new password takes effect, so rotating a Secret is running this again.
 */
export function roleStatements(login: Login, exists: boolean): string[] {
  const role = pg.escapeIdentifier(login.user);
  const password = pg.escapeLiteral(login.password);
  return [
    ...(exists ? [] : [`CREATE ROLE ${role} NOLOGIN`]),
    `ALTER ROLE ${role} LOGIN NOCREATEDB NOCREATEROLE INHERIT PASSWORD ${password}`,
    `GRANT CONNECT ON DATABASE ${pg.escapeIdentifier(login.database)} TO ${role}`,
  ];
}

/**
 * What the backup role has beyond a login: it reads every row of every table, whatever row-level security hides from
 * others (`pg_dump` refuses what it would have to leave out), and writes none (PostgreSQL: Predefined Roles).
 */
export function backupStatements({ user }: Login): string[] {
  const role = pg.escapeIdentifier(user);
  return [
    `ALTER ROLE ${role} BYPASSRLS`,
    `ALTER ROLE ${role} SET default_transaction_read_only = on`,
    `GRANT pg_read_all_data TO ${role}`,
  ];
}

export interface Bootstrap {
  readonly admin: ClientBase;
  /** Where the administrator still had the password before: the login to have from now on. */
  readonly newAdmin?: Login;
  readonly owner: Login;
  readonly app: Login;
  /** The role that holds the application's rights, where `app` is its alternate: made if need be, and granted to it. */
  readonly appRole?: string;
  /** The user whose turn is over: it logs in no more, and its sessions end. */
  readonly retired?: string;
  readonly backup?: Login;
  readonly extensions: readonly string[];
  readonly print: (line: string) => void;
}

/**
 * Makes the roles (the owner, who migrates; the application, which services connect as; the one that makes backups), the
 * extensions, and takes from everybody what only they need. One transaction.
 *
 * @throws Error when an existing role is a superuser, or may bypass row-level security and is not the backups' own: then
 * isolation would be a claim.
 */
export async function bootstrap(asked: Bootstrap): Promise<void> {
  const { admin, newAdmin, owner, app, appRole, retired, backup, extensions, print } = asked;
  const logins = [owner, app, ...(backup ? [backup] : [])];
  const users = logins.map(({ user }) => user);
  if (new Set(users).size < users.length) throw new Error(`each role needs a name of its own: ${users.join(", ")}`);
  await admin.query("BEGIN");
  try {
    // Passwords are part of the statements below, and PostgreSQL logs statements that fail.
    await admin.query(
      "DO $$ BEGIN SET LOCAL log_min_error_statement = panic; SET LOCAL log_statement = 'none'; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$",
    );
    if (newAdmin) {
      const password = pg.escapeLiteral(newAdmin.password);
      await admin.query(`ALTER ROLE ${pg.escapeIdentifier(newAdmin.user)} PASSWORD ${password}`);
      print(`role ${newAdmin.user} has its new password`);
    }
    for (const login of logins) {
      const found = await admin.query<{ unsafe: boolean }>(
        "SELECT rolsuper OR (rolbypassrls AND NOT $2) AS unsafe FROM pg_roles WHERE rolname = $1",
        [login.user, login === backup],
      );
      const role = found.rows[0];
      if (role?.unsafe === true) throw new Error(`role ${login.user} is a superuser or bypasses row-level security`);
      for (const statement of roleStatements(login, role !== undefined)) await admin.query(statement);
      print(`role ${login.user} ${role === undefined ? "created" : "is there"}`);
    }
    if (appRole !== undefined) await grantRole(admin, appRole, app.user);
    if (retired !== undefined && (await roleExists(admin, retired))) {
      await admin.query(`ALTER ROLE ${pg.escapeIdentifier(retired)} NOLOGIN PASSWORD NULL`);
      await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [retired]);
      print(`role ${retired} is retired`);
    }
    for (const statement of backup ? backupStatements(backup) : []) await admin.query(statement);
    const database = pg.escapeIdentifier(owner.database);
    const ownerRole = pg.escapeIdentifier(owner.user);
    await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await admin.query(`GRANT CREATE, TEMPORARY ON DATABASE ${database} TO ${ownerRole}`);
    await admin.query("REVOKE ALL ON SCHEMA public FROM PUBLIC");
    await admin.query(`GRANT CREATE, USAGE ON SCHEMA public TO ${ownerRole} WITH GRANT OPTION`);
    for (const extension of extensions) {
      await admin.query(`CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(extension)}`);
      print(`extension ${extension} is there`);
    }
    await admin.query("COMMIT");
  } catch (error) {
    await admin.query("ROLLBACK");
    throw error;
  }
}

async function roleExists(admin: ClientBase, role: string): Promise<boolean> {
  const { rows } = await admin.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
  return rows.length > 0;
}

/** What migrations grant to the role, and what policies say of it, then holds for the user too. */
async function grantRole(admin: ClientBase, role: string, user: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  if (!(await roleExists(admin, role))) await admin.query(`CREATE ROLE ${name} NOLOGIN`);
  await admin.query(`GRANT ${name} TO ${pg.escapeIdentifier(user)}`);
}
