import type { Job } from "kubernetes-types/batch/v1";
import { describe, expect, it } from "vitest";
import type { MigrationFiles } from "../../../model/declaration/platform.ts";
import { definePostgresql } from "../../../model/declaration/datastore.ts";
import { imagePlaceholder, secretPlaceholder } from "../../../model/placeholder.ts";
import { renderMigration, renderMigrationRun, type MigrationObjects } from "../../../model/render/migration.ts";
import type { ResolvedMigration } from "../../../model/resolve/resolved.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { expectResolved, onlyPlatform, settingsOf, shop } from "../stack-fixtures.ts";

const db = definePostgresql({
  name: "db",
  seeds: [],
  version: "17",
  database: "orders",
  extensions: ["uuid-ossp", "vector"],
  maxConnections: 100,
  storage: "1Gi",
});
const files = { "001.do.a.sql": "-- migration: expand\nCREATE TABLE a ();", "001.undo.a.sql": "DROP TABLE a;" };

function resolved(shopFiles: MigrationFiles = files, settings = "{}"): ResolvedMigration {
  const stack = resolveStack({
    stack: "test",
    catalogue: [shop({ datastores: [db], migrates: db })],
    raw: { values: settingsOf(`shop: ${settings}`), secrets: ["shop.DB_OWNER_PASSWORD", "shop.DB_APP_PASSWORD"] },
    migrations: { shop: shopFiles },
  });
  const [migration] = onlyPlatform(expectResolved(stack)).migrations;
  if (!migration) throw new Error("There should be a migration.");
  return migration;
}

function render(shopFiles?: MigrationFiles, settings?: string): MigrationObjects {
  return renderMigration(resolved(shopFiles, settings));
}

const elsewhere = "{ datastores: { db: { kind: external, host: h.test, port: 5432, addresses: [192.0.2.0/24] } } }";
const nameOf = (job: Job) => job.metadata?.name;
const pod = ({ job }: MigrationObjects) => job.spec?.template.spec;

describe("a migration", () => {
  it("makes the roles and no more where a database of ours has no files", () => {
    const { containers, initContainers } = pod(render({})) ?? {};
    expect(containers?.map(({ args }) => args)).toEqual([["bootstrap"]]);
    expect(initContainers).toBeUndefined();
  });

  it("has the same name for the same files, and runs no second time", () => {
    expect(nameOf(render().job)).toMatch(/^shop-db-migration-[0-9a-f]{8}$/);
    expect(nameOf(render({ ...files }).job)).toBe(nameOf(render().job));
  });

  it.each([
    ["a statement", { ...files, "001.do.a.sql": "-- migration: expand\nCREATE TABLE b ();" }],
    ["a file's name", { "001.do.b.sql": files["001.do.a.sql"], "001.undo.a.sql": files["001.undo.a.sql"] }],
    ["a file more", { ...files, "002.do.b.sql": "-- migration: expand\nSELECT 1;" }],
  ])("has another name when it differs by %s", (_what, changed) => {
    expect(nameOf(render(changed).job)).not.toBe(nameOf(render().job));
  });

  it("reads its files from a ConfigMap that it mounts", () => {
    const objects = render();
    expect(objects.configMap.data).toEqual(files);
    expect(pod(objects)?.volumes).toContainEqual({ name: "migrations", configMap: { name: "shop-db-migration" } });
    expect(pod(objects)?.containers[0]?.volumeMounts).toContainEqual({
      name: "migrations",
      mountPath: "/migrations",
      readOnly: true,
    });
  });

  it("tries once, for two minutes at most, so that a broken one fails the update soon", () => {
    expect(render().job.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 120 });
    expect(pod(render())?.restartPolicy).toBe("Never");
  });

  it("makes extensions and roles as the administrator, then the schema as the owner", () => {
    const spec = pod(render());
    const given = (container: { env?: { name: string; valueFrom?: unknown }[] } | undefined) =>
      container?.env?.filter((variable) => variable.valueFrom !== undefined).map((variable) => variable.name);
    expect(spec?.initContainers).toMatchObject([{ image: imagePlaceholder("migrations"), args: ["bootstrap"] }]);
    expect(spec?.initContainers?.[0]?.env).toContainEqual({ name: "DATABASE_EXTENSIONS", value: "uuid-ossp,vector" });
    expect(given(spec?.initContainers?.[0])).toEqual([
      "ADMIN_DATABASE_URL",
      "APP_DATABASE_URL",
      "BACKUP_DATABASE_URL",
      "DATABASE_URL",
    ]);
    expect(spec?.containers).toMatchObject([{ image: imagePlaceholder("migrations"), args: ["up"] }]);
    expect(given(spec?.containers[0])).toEqual(["DATABASE_URL"]);
  });

  it("keeps the four logins in a Secret of its own", () => {
    const address = "@shop-db.shop.svc.cluster.local:5432/orders";
    const password = (role: string) => secretPlaceholder(`shop.DB_${role}_PASSWORD`);
    expect(render().secret?.stringData).toEqual({
      ADMIN_DATABASE_URL: `postgresql://postgres:${password("ADMIN")}${address}`,
      DATABASE_URL: `postgresql://orders_owner:${password("OWNER")}${address}`,
      APP_DATABASE_URL: `postgresql://orders_app:${password("APP")}${address}`,
      BACKUP_DATABASE_URL: `postgresql://orders_backup:${password("BACKUP")}${address}`,
    });
  });

  it("of a database elsewhere makes no roles, and verifies TLS", () => {
    const objects = render(files, elsewhere);
    expect(pod(objects)?.initContainers).toBeUndefined();
    expect(objects.secret?.stringData).not.toHaveProperty("ADMIN_DATABASE_URL");
    expect(objects.secret?.stringData?.["DATABASE_URL"]).toContain("@h.test:5432/orders?sslmode=verify-full");
  });

  it("of Neon has a second way in, by the endpoint as an option, for the owner who migrates", () => {
    const objects = render(
      files,
      "{ datastores: { db: { kind: external, host: h.test, port: 5432, addresses: [192.0.2.0/24], fallback: { host: pg.test, endpoint: ep-one-two-3 } } } }",
    );
    expect(objects.secret?.stringData?.["DATABASE_FALLBACK_URL"]).toBe(
      `postgresql://orders_owner:${secretPlaceholder("shop.DB_OWNER_PASSWORD")}@pg.test:5432/orders?sslmode=verify-full&options=endpoint%3Dep-one-two-3`,
    );
    expect(pod(objects)?.containers[0]?.env).toContainEqual({
      name: "DATABASE_FALLBACK_URL",
      valueFrom: { secretKeyRef: { name: "shop-db-migration", key: "DATABASE_FALLBACK_URL" } },
    });
    expect(render(files, elsewhere).secret?.stringData).not.toHaveProperty("DATABASE_FALLBACK_URL");
  });

  it("runs hardened", () => {
    expect(pod(render())).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001 },
    });
    for (const container of [...(pod(render())?.initContainers ?? []), ...(pod(render())?.containers ?? [])]) {
      expect(container.securityContext?.readOnlyRootFilesystem).toBe(true);
    }
  });

  it("is not there for a database elsewhere that has no files", () => {
    expect(() => render({}, elsewhere)).toThrow("There should be a migration.");
  });
});

describe("a migration that a release runs", () => {
  it("stands beside the engine's own, with the release's files and the engine's Secret", () => {
    const { configMap, job } = renderMigrationRun(resolved(), { kind: "up", version: 1 });
    expect([configMap.metadata?.name, nameOf(job)]).toEqual(["shop-db-migration-release", "shop-db-migration-release"]);
    expect(configMap.data).toEqual(files);
    const { containers = [], initContainers, volumes } = job.spec?.template.spec ?? {};
    expect(initContainers).toBeUndefined();
    expect(volumes).toContainEqual({ name: "migrations", configMap: { name: "shop-db-migration-release" } });
    expect(containers[0]?.env).toContainEqual({
      name: "DATABASE_URL",
      valueFrom: { secretKeyRef: { name: "shop-db-migration", key: "DATABASE_URL" } },
    });
  });

  it("has two minutes, and is tried once", () => {
    const { job } = renderMigrationRun(resolved(), { kind: "status" });
    expect(job.spec).toMatchObject({ activeDeadlineSeconds: 120, backoffLimit: 0 });
  });

  it.each([
    [{ kind: "up", version: 2 }, ["up", "2"]],
    [{ kind: "down", version: 0 }, ["down", "0"]],
    [{ kind: "status" }, ["status"]],
  ] as const)("is told %o", (command, args) => {
    expect(renderMigrationRun(resolved(), command).job.spec?.template.spec?.containers[0]?.args).toEqual(args);
  });
});
