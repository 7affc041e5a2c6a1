import { describe, expect, it } from "vitest";
import { declaredMigrations } from "../../../model/declaration/migration.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { catalogue } from "../../../services/catalogue.ts";
import { bizosaasValues, migrations } from "../stack-fixtures.ts";

const problems = (files: Readonly<Record<string, string>>) =>
  declaredMigrations("shop", files).issues.map(({ path, problem }) => `${path}: ${problem}`);

describe("what migrations declare", () => {
  it("is read from the comment at the head of each, in the order of their numbers", () => {
    const files = {
      "010.do.drop-column.sql": "-- migration: contract\nALTER TABLE a DROP COLUMN b;",
      "010.undo.drop-column.sql": "ALTER TABLE a ADD COLUMN b int;",
      "009.do.add-column.sql": "-- Why it is there.\n\n-- migration:  expand\nALTER TABLE a ADD COLUMN c int;",
      "011.do.forget.sql": "-- migration: irreversible\nDELETE FROM a;",
    };
    expect(declaredMigrations("shop", files)).toEqual({
      issues: [],
      migrations: [
        { version: 9, file: "009.do.add-column.sql", effect: "expand", undoable: false },
        { version: 10, file: "010.do.drop-column.sql", effect: "contract", undoable: true },
        { version: 11, file: "011.do.forget.sql", effect: "irreversible", undoable: false },
      ],
    });
  });

  it("is an addition, each undoable, for the fleet's own", () => {
    for (const [platform, files] of Object.entries(migrations)) {
      const declared = declaredMigrations(platform, files);
      expect(declared.issues).toEqual([]);
      expect(declared.migrations.map(({ effect, undoable }) => [effect, undoable])).toEqual(
        declared.migrations.map(() => ["expand", true]),
      );
    }
  });

  it.each([
    ["nothing", "CREATE TABLE a ();", "does not declare"],
    ["something else", "-- migration: extend\n", "does not declare"],
    ["it too late", "CREATE TABLE a ();\n-- migration: expand", "does not declare"],
    ["two things", "-- migration: expand\n-- migration: contract\n", "declares more than once"],
  ])("is an issue when a file declares %s", (_what, sql, problem) => {
    expect(problems({ "001.do.a.sql": sql })).toEqual([
      expect.stringContaining(`migrations/shop/001.do.a.sql: ${problem}`),
    ]);
  });

  it.each([
    ["a name that no migrator reads", { "1-create.sql": "" }, "is not named like a migration"],
    [
      "a number that is taken",
      { "1.do.a.sql": "-- migration: expand", "001.do.b.sql": "-- migration: expand" },
      "two migrations have the number 1",
    ],
    ["an undo file of nothing", { "002.undo.a.sql": "" }, "undoes a migration that is not there"],
    [
      "an undo file of what cannot be undone",
      { "1.do.a.sql": "-- migration: irreversible", "1.undo.a.sql": "" },
      "declares that it cannot be undone",
    ],
  ])("is an issue: %s", (_what, files, problem) => {
    expect(problems(files)).toEqual([expect.stringContaining(problem)]);
  });

  it("keeps a stack from being resolved, all of it told at once", () => {
    const files = { "001.do.a.sql": "CREATE TABLE a ();", "b.sql": "" };
    const raw = { values: bizosaasValues("dev"), secrets: ["bizosaas.OPENAI_API_KEY"] };
    const result = resolveStack({ stack: "dev", catalogue, raw, migrations: { bizosaas: files } });
    expect(result.ok ? [] : result.issues.map(({ path }) => path).sort()).toEqual([
      "migrations/bizosaas/001.do.a.sql",
      "migrations/bizosaas/b.sql",
    ]);
  });
});
