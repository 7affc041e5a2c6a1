import { describe, expect, it } from "vitest";
import type { JobRun } from "../../../../delivery/cluster-client/run-job.ts";
import { appliedIn, failureIn, versionBelow } from "../../../../delivery/release/database/migration-output.ts";
import { CONTRACT, EXPAND, EXPAND_MORE } from "../world/story.ts";

const run = (changes: Partial<JobRun>): JobRun => ({
  outcome: "failed",
  output: "",
  reason: "",
  seconds: 1,
  ...changes,
});

describe("what a migration Job prints", () => {
  it("tells which forward files the database has", () => {
    const output = "schema at version 1\napplied 001.do.audit.sql\npending 002.do.index.sql";
    expect(appliedIn(output)).toEqual(["001.do.audit.sql"]);
    expect(appliedIn("applied 001.do.audit.sql in 12 ms")).toEqual([]);
  });

  it.each([
    [
      { output: "applied 001.do.a.sql in 3 ms\n002.do.b.sql:3: ERROR: no column x (SQLSTATE 42703)\n  line 3: y" },
      "002.do.b.sql:3: ERROR: no column x (SQLSTATE 42703)\n  line 3: y",
    ],
    [{ output: "cannot connect to db: timeout" }, "cannot connect to db: timeout"],
    [{ reason: "BackoffLimitExceeded, exit code 1" }, "the migration failed: BackoffLimitExceeded, exit code 1"],
    [{ reason: "DeadlineExceeded" }, "the migration took longer than its limit (DeadlineExceeded)"],
    [{ outcome: "interrupted" as const }, "the migration was stopped"],
  ])("tells why it failed: %o", (changes, reason) => {
    expect(failureIn(run(changes))).toBe(reason);
  });
});

describe("the version to go back to", () => {
  const files = ["001.do.audit.sql", "001.undo.audit.sql", "002.do.index.sql", "003.do.drop.sql"];
  it.each([
    [[CONTRACT], 2],
    [[CONTRACT, EXPAND_MORE], 1],
    [[EXPAND, EXPAND_MORE], 0],
  ])("undoes what is asked for and nothing before it", (migrations, version) => {
    expect(versionBelow(migrations, files)).toBe(version);
  });
});
