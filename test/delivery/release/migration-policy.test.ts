import { describe, expect, it } from "vitest";
import type { Migration } from "../../../model/declaration/migration.ts";
import { decideSchema, type SchemaChange } from "../../../delivery/release/migration-policy.ts";

const expand: Migration = { version: 1, file: "001.do.a.sql", effect: "expand", undoable: true };
const more: Migration = { version: 2, file: "002.do.b.sql", effect: "expand", undoable: true };
const stuck: Migration = { version: 2, file: "002.do.b.sql", effect: "expand", undoable: false };
const contract: Migration = { version: 3, file: "003.do.c.sql", effect: "contract", undoable: true };
const irreversible: Migration = { version: 4, file: "004.do.d.sql", effect: "irreversible", undoable: false };

const UNTOUCHED: SchemaChange = { kind: "untouched" };
const UNKNOWN: SchemaChange = { kind: "unknown" };
const applied = (...migrations: readonly Migration[]): SchemaChange => ({
  kind: "known",
  applied: migrations.map(({ file }) => file),
});

describe("what a failure means for the schema", () => {
  it.each<
    [what: string, migrations: readonly Migration[], change: SchemaChange, choice: "keep" | "revert", decision: unknown]
  >([
    ["nothing was started", [contract], UNTOUCHED, "revert", { kind: "rollBack", revert: [] }],
    ["nothing was applied", [irreversible], applied(), "keep", { kind: "rollBack", revert: [] }],
    ["an addition stays", [expand], applied(expand), "keep", { kind: "rollBack", revert: [] }],
    [
      "additions are undone by choice, the newest first",
      [expand, more],
      applied(expand, more),
      "revert",
      { kind: "rollBack", revert: [more, expand] },
    ],
    [
      "only what was applied is undone",
      [expand, more],
      applied(expand),
      "revert",
      { kind: "rollBack", revert: [expand] },
    ],
    [
      "an addition that cannot be undone, though chosen",
      [expand, stuck],
      applied(expand, stuck),
      "revert",
      { kind: "freeze" },
    ],
    ["a contraction", [expand, contract], applied(expand, contract), "keep", { kind: "freeze" }],
    ["a contraction with an undo file, undo chosen", [contract], applied(contract), "revert", { kind: "freeze" }],
    [
      "a contraction that was not reached",
      [expand, contract],
      applied(expand),
      "keep",
      { kind: "rollBack", revert: [] },
    ],
    ["something irreversible", [irreversible], applied(irreversible), "revert", { kind: "freeze" }],
    ["no word of what was applied, only additions", [expand, more], UNKNOWN, "keep", { kind: "rollBack", revert: [] }],
    ["no word of what was applied, undo chosen", [expand], UNKNOWN, "revert", { kind: "freeze" }],
    ["no word of what was applied, a contraction among it", [expand, contract], UNKNOWN, "keep", { kind: "freeze" }],
  ])("%s", (_what, migrations, change, choice, decision) => {
    expect(decideSchema(migrations, change, choice)).toMatchObject(decision as object);
  });

  it("asks a question that names the migrations and both answers", () => {
    const decision = decideSchema([expand, contract, irreversible], applied(expand, contract, irreversible), "keep");
    expect(decision).toEqual({
      kind: "freeze",
      question:
        "003.do.c.sql (contract), 004.do.d.sql (irreversible) has been applied: can the release before run on this schema? " +
        "Yes: abort, which rolls the pods back and leaves the schema. No: mend the cause and retry",
    });
  });
});
