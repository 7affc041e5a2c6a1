import { describe, expect, it } from "vitest";
import { renderBackup } from "../../../model/render/backup.ts";
import { renderDumpList, renderRestore } from "../../../model/render/restore.ts";
import { everyDatastore } from "../datastore-fixtures.ts";
import { expectResolved, onlyPlatform } from "../stack-fixtures.ts";
import { objectOf, renderedObjects } from "./rendered-stack.ts";

const stack = expectResolved(everyDatastore());
const [backup] = onlyPlatform(stack).backups;
if (!backup) throw new Error("The database has no backup.");
const podOf = (job: ReturnType<typeof renderRestore>) => job.spec?.template.spec;

describe("a restore", () => {
  const environment = (file?: string) => podOf(renderRestore(backup, file))?.containers[0]?.env ?? [];

  it("takes the newest dump unless it is told which", () => {
    expect(environment().map(({ name }) => name)).not.toContain("DUMP");
    expect(environment("shop-1.dump")).toContainEqual({ name: "DUMP", value: "shop-1.dump" });
  });

  it("runs on the volume that the backups are on", () => {
    const backups = renderBackup(backup).cronJob.spec?.jobTemplate.spec?.template.spec;
    expect(podOf(renderRestore(backup))?.volumes).toEqual(backups?.volumes);
  });

  it("runs as the administrator, whose password it takes from the server's own Secret", () => {
    expect(environment()).toContainEqual({ name: "PGUSER", value: "postgres" });
    const password = { name: "shop-db", key: "POSTGRES_PASSWORD" };
    expect(environment()).toContainEqual({ name: "PGPASSWORD", valueFrom: { secretKeyRef: password } });
    const secret = objectOf(renderedObjects(stack), "Secret", password.name);
    expect(secret.stringData).toHaveProperty(password.key);
  });

  it("waits a minute for a lock and no longer, and is tried once", () => {
    expect(environment()).toContainEqual({ name: "PGOPTIONS", value: "-c lock_timeout=60s" });
    expect(renderRestore(backup).spec?.backoffLimit).toBe(0);
  });

  it("carries the labels that its database lets in", () => {
    const labels = renderRestore(backup).spec?.template.metadata?.labels;
    expect(labels).toMatchObject(backup.selector);
  });
});

describe("the list of dumps", () => {
  it("connects to nothing, and so has no password", () => {
    const variables = podOf(renderDumpList(backup))?.containers[0]?.env ?? [];
    expect(variables.map(({ name }) => name)).not.toContain("PGPASSWORD");
  });

  it("is told by another Job than the restore", () => {
    expect([renderRestore(backup), renderDumpList(backup)].map(({ metadata }) => metadata?.name)).toEqual([
      "shop-db-backup-restore",
      "shop-db-backup-dump-list",
    ]);
  });
});
