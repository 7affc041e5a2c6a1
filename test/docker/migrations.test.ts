import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { backupStatements, loginOf, roleStatements } from "../../docker/migrations/src/bootstrap.ts";
import { migrationEnvironment, readCommand, readEnvironment } from "../../docker/migrations/src/settings.ts";
import { describeSqlError, lineOf } from "../../docker/migrations/src/sql-failure.ts";

describe("a migration that fails", () => {
  const script = "-- ümlaut 😀\nALTER TABLE users ADD nick text;\n\nCREATE TABLE t (amount numerc);\n";

  it("is told with PostgreSQL's words, the file, the line and the line's text", () => {
    const position = String(Array.from(script.slice(0, script.indexOf("numerc"))).length + 1);
    expect(
      describeSqlError("003.do.t.sql", script, { message: 'type "numerc" does not exist', code: "42704", position }),
    ).toBe(
      '003.do.t.sql:4: ERROR: type "numerc" does not exist (SQLSTATE 42704)\n  line 4: CREATE TABLE t (amount numerc);',
    );
  });

  it("is told without a line when PostgreSQL names none", () => {
    expect(describeSqlError("a.sql", script, { message: "null value", detail: "Failing row" })).toBe(
      "a.sql: ERROR: null value\n  detail: Failing row",
    );
  });

  it("counts lines in characters, as PostgreSQL does", () => {
    expect([lineOf("😀\nx", 2), lineOf("😀\nx", 3)]).toEqual([1, 2]);
  });
});

describe("the command line of the migration image", () => {
  it("knows four commands", () => {
    expect(readCommand(["bootstrap"])).toEqual({ kind: "bootstrap" });
    expect(readCommand(["up"])).toEqual({ kind: "up", target: "max" });
    expect(readCommand(["up", "2"])).toEqual({ kind: "up", target: "2" });
    expect(readCommand(["down", "0"])).toEqual({ kind: "down", target: "0" });
    expect(readCommand(["status"])).toEqual({ kind: "status" });
  });

  it.each([[[]], [["down"]], [["down", "all"]], [["status", "1"]], [["up", "1", "2"]]])("refuses %j", (words) => {
    expect(readCommand(words)).toBeUndefined();
  });

  it("reports what is wrong with its environment without quoting it", () => {
    expect(readEnvironment(migrationEnvironment, { DATABASE_URL: "hunter2", STATEMENT_TIMEOUT: "soon" })).toEqual({
      ok: false,
      issues: "DATABASE_URL is not a postgresql:// URL; STATEMENT_TIMEOUT must be like 500ms, 60s or 5min",
    });
  });
});

describe("the roles of a database", () => {
  it("come from the URLs that services and Jobs use, decoded", () => {
    const login = loginOf("DATABASE_URL", "postgresql://bizosaas_app:p%40s'@db/bizosaas?sslmode=disable");
    expect(login).toEqual({ user: "bizosaas_app", password: "p@s'", database: "bizosaas" });
    expect(roleStatements(login, false)).toEqual([
      'CREATE ROLE "bizosaas_app" NOLOGIN',
      `ALTER ROLE "bizosaas_app" LOGIN NOCREATEDB NOCREATEROLE INHERIT PASSWORD 'p@s'''`,
      'GRANT CONNECT ON DATABASE "bizosaas" TO "bizosaas_app"',
    ]);
  });

  it("let backups read what row-level security hides, and write nothing", () => {
    const login = loginOf("BACKUP_DATABASE_URL", "postgresql://bizosaas_backup:x@db/bizosaas");
    expect(backupStatements(login)).toEqual([
      'ALTER ROLE "bizosaas_backup" BYPASSRLS',
      'ALTER ROLE "bizosaas_backup" SET default_transaction_read_only = on',
      'GRANT pg_read_all_data TO "bizosaas_backup"',
    ]);
  });

  it("cannot be made without a password", () => {
    expect(() => loginOf("APP_DATABASE_URL", "postgresql://app@db/x")).toThrow("APP_DATABASE_URL has no password");
  });
});

describe.each(["bizosaas", "sophia"])("the migrations of %s", (platform) => {
  const directory = new URL(`../../migrations/${platform}/`, import.meta.url);
  const files = readdirSync(directory);

  it("can all be undone", () => {
    const numbers = (action: string) =>
      files.filter((file) => file.includes(`.${action}.`)).map((file) => file.slice(0, 3));
    expect(numbers("undo")).toEqual(numbers("do"));
  });

  it("leave transactions to the runner", () => {
    for (const file of files) {
      expect(readFileSync(new URL(file, directory), "utf8")).not.toMatch(/^\s*(BEGIN|COMMIT|ROLLBACK)\s*;/im);
    }
  });
});
