import { describe, expect, it } from "vitest";
import { imagePlaceholder, secretPlaceholder } from "../../../model/placeholder.ts";
import { renderBackup } from "../../../model/render/backup.ts";
import { everyDatastore } from "../datastore-fixtures.ts";
import { expectResolved, onlyPlatform } from "../stack-fixtures.ts";
import { objectOf, renderedObjects } from "./rendered-stack.ts";

const backups = (datastores?: string) => onlyPlatform(expectResolved(everyDatastore(datastores))).backups;
const [backup] = backups();
if (!backup) throw new Error("The database has no backup.");
const { cronJob, secret } = renderBackup(backup);
const pod = cronJob.spec?.jobTemplate.spec?.template.spec;
const container = pod?.containers[0];

describe("a database's backup", () => {
  it("runs each night and keeps seven dumps where nothing is said", () => {
    expect(cronJob.spec).toMatchObject({ schedule: "17 2 * * *", timeZone: "Etc/UTC", concurrencyPolicy: "Forbid" });
    expect(container?.env).toContainEqual({ name: "KEEP", value: "7" });
  });

  it("runs when and keeps what a stack says", () => {
    const said = "{ db: { kind: inCluster, backup: { schedule: '0 4 * * 0', keep: 30, storage: 20Gi } } }";
    expect(backups(said)).toMatchObject([{ schedule: "0 4 * * 0", keep: 30, storage: "20Gi" }]);
  });

  it("dumps with the server's own image, as a role that can do nothing else, whose password only a Secret holds", () => {
    expect(container?.image).toBe(imagePlaceholder("postgresql"));
    expect(container?.env).toContainEqual({ name: "PGUSER", value: "shop_backup" });
    expect(secret.stringData).toEqual({ PGPASSWORD: secretPlaceholder("shop.DB_BACKUP_PASSWORD") });
  });

  it("reaches its database, which lets it in", () => {
    const objects = renderedObjects(expectResolved(everyDatastore()));
    const labels = objectOf(objects, "NetworkPolicy", "shop-db-backup").spec?.podSelector.matchLabels;
    const callers = objectOf(objects, "NetworkPolicy", "shop-db").spec?.ingress?.[0]?.from;
    expect(callers).toContainEqual({ podSelector: { matchLabels: labels } });
  });

  it("is none of ours where the database is elsewhere", () => {
    const outside = "{ db: { kind: external, host: h.test, port: 5432, addresses: [192.0.2.1/32] } }";
    expect(backups(outside)).toEqual([]);
  });
});
