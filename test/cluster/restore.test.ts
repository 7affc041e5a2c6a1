import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clusterLayout, clusterPaths } from "../../toolchain/cluster/layout.ts";
import type { RestoreResult } from "../../delivery/cli/commands/restore.ts";
import type { ResolvedBackup } from "../../model/resolve/resolved.ts";
import { onlyPlatform, resolveOwn } from "../model/stack-fixtures.ts";
import { Clone } from "./clone.ts";

let clone: Clone;
const backup = declaredBackup();
const { objectName } = backup;
const { namespace } = backup.database;

describe("a backup of PostgreSQL", () => {
  const marks = "SELECT count(*) || ' ' || coalesce(sum(n), 0) || ' ' || min(word) FROM fleet_backup_story";

  beforeAll(async () => {
    clone = await Clone.create();
    await removeTraces();
    await sql("CREATE TABLE fleet_backup_story (n int PRIMARY KEY, word text NOT NULL)");
    await sql("INSERT INTO fleet_backup_story SELECT i, 'word ' || i FROM generate_series(1, 1000) AS i");
    await sql(`GRANT SELECT ON fleet_backup_story TO ${backup.database.declaration.database}_app`);
  });
  afterAll(removeTraces);

  it("brings back what was dropped since, with its rows and rights, and nothing that came after", async () => {
    const before = await sql(marks);
    const grants = "SELECT relacl FROM pg_class WHERE relname = 'fleet_backup_story'";
    const rights = await sql(grants);
    expect(before).toBe("1000 500500 word 1");

    await kubectl(["create", "job", `--from=cronjob/${objectName}`, `${objectName}-story`]);
    await complete(`${objectName}-story`);
    expect(await kubectl(["logs", `job/${objectName}-story`])).toMatch(/backup: \/backups\/.+\.dump, \d+ bytes/);

    await sql("DROP TABLE fleet_backup_story");
    await expect(sql(marks)).rejects.toThrow(/does not exist/);

    const { exitCode, output } = await clone.json<RestoreResult>(["restore", "--platform", "bizosaas", "--yes"]);
    expect({ exitCode, outcome: output.outcome }, JSON.stringify(output)).toEqual({
      exitCode: 0,
      outcome: "succeeded",
    });
    expect(output.output.at(-1)).toMatch(/^restore: bizosaas is as \/backups\/.+\.dump has it$/);
    expect(await sql(marks)).toBe(before);
    expect(await sql(grants)).toBe(rights);
  });
});

function declaredBackup(): ResolvedBackup {
  const [declared] = onlyPlatform(resolveOwn("dev")).backups;
  if (!declared) throw new Error("BizOSaaS has no backup.");
  return declared;
}

async function complete(job: string): Promise<void> {
  await kubectl(["wait", "--for=condition=complete", "--timeout=120s", `job/${job}`]);
}

async function removeTraces(): Promise<void> {
  await kubectl(["delete", "job", "--ignore-not-found", `${objectName}-story`, `${objectName}-restore`]);
  await sql("DROP TABLE IF EXISTS fleet_backup_story");
}

/** Runs SQL as the administrator, over the server's own socket; answers unadorned rows. */
async function sql(statement: string): Promise<string> {
  const { objectName: server, declaration } = backup.database;
  const psql = ["psql", "-U", "postgres", "-d", declaration.database, "-qtA", "-c", statement];
  return kubectl(["exec", `${server}-0`, "--", ...psql]);
}

async function kubectl(args: readonly string[]): Promise<string> {
  const { bin, kubeconfig } = clusterPaths(clusterLayout);
  return (await execa(`${bin}/kubectl`, ["--kubeconfig", kubeconfig, "-n", namespace, ...args])).stdout;
}
