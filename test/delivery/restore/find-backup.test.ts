import { describe, expect, it } from "vitest";
import { parseDumps } from "../../../delivery/restore/dumps.ts";
import { findBackup } from "../../../delivery/restore/find-backup.ts";
import { issuesOf, resolveWhole } from "../../model/stack-fixtures.ts";

const dev = resolveWhole("dev");
const choice = { platform: "bizosaas", datastore: "postgres", backup: "latest" };

describe("what is to be restored", () => {
  it("is found by platform and datastore", () => {
    const found = findBackup(dev, choice);
    expect(found.ok && found.value.objectName).toBe("bizosaas-postgres-backup");
  });

  it("has to be a platform with a database of ours", () => {
    expect(issuesOf(findBackup(dev, { ...choice, platform: "bizosas" }))).toEqual([
      expect.objectContaining({
        path: "--platform",
        value: "bizosas",
        allowed: "one of sophia, draft-genie, user-whisperer, bizosaas",
      }),
    ]);
  });

  it("cannot be a database that its provider backs up", () => {
    const issues = issuesOf(findBackup(resolveWhole("prod"), { ...choice, platform: "sophia", datastore: "neon" }));
    expect(issues.map(({ path }) => path)).toEqual(["--platform"]);
  });

  it("cannot be a datastore without dumps, nor a file that could be anything but a dump: both are told", () => {
    const issues = issuesOf(findBackup(dev, { ...choice, datastore: "redis", backup: "../../etc/passwd" }));
    expect(issues.map(({ path, value }) => [path, value])).toEqual([
      ["--datastore", "redis"],
      ["--backup", "../../etc/passwd"],
    ]);
  });

  it.each(["x.dump; rm -rf /", "-x.dump", "a b.dump", "$(id).dump", ".dump", "x.sql"])("is no file %j", (backup) => {
    expect(findBackup(dev, { ...choice, backup }).ok).toBe(false);
  });

  it("may be one dump by its name", () => {
    expect(findBackup(dev, { ...choice, backup: "bizosaas-20260101T021700Z.dump" }).ok).toBe(true);
  });
});

it("dumps are read from what the Job prints, and nothing else of it counts", () => {
  const output = "bizosaas-20260102T021700Z.dump 2048 1767320220\nfind: warning\nold.dump 12 0";
  expect(parseDumps(output)).toEqual([
    { file: "bizosaas-20260102T021700Z.dump", bytes: 2048, at: "2026-01-02T02:17:00.000Z" },
    { file: "old.dump", bytes: 12, at: "1970-01-01T00:00:00.000Z" },
  ]);
});
