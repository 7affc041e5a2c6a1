import { describe, expect, it } from "vitest";
import { link } from "../../../model/declaration/link.ts";
import { definePostgresql } from "../../../model/declaration/postgresql.ts";
import { fromConfig } from "../../../model/declaration/secret.ts";
import { defineCronJob, defineJob, defineWorker, type TaskDeclaration } from "../../../model/declaration/task.ts";
import type { Issue } from "../../../model/issue.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import { expectResolved, issuesOf, onlyPlatform, shop } from "../stack-fixtures.ts";

const base = { seeds: [], language: "python" } as const;
const worker = defineWorker({ ...base, name: "mailer", alive: ["true"] });
const job = defineJob({ ...base, name: "imports", deadlineSeconds: 60 });

function resolve(tasks: readonly TaskDeclaration[], settings: unknown = {}, parts: Parameters<typeof shop>[0] = {}) {
  const values = { images: { registry: "r.test" }, platforms: { shop: settings } };
  const catalogue = [shop({ services: tasks, ...parts })];
  return resolveStack({ stack: "test", catalogue, raw: { values, secrets: [] }, migrations: {} });
}

const told = (...given: Parameters<typeof resolve>) =>
  issuesOf(resolve(...given)).map(({ path, problem }: Issue) => `${path}: ${problem}`);
const specificationOf = (...given: Parameters<typeof resolve>) =>
  onlyPlatform(expectResolved(resolve(...given))).tasks[0]?.specification;

describe("how a task runs", () => {
  it("is the house's standard, the platform's, its own and the stack's, less what only services have", () => {
    const settings = {
      defaults: { replicas: 3, autoscaling: { minReplicas: 2, maxReplicas: 3, targetCpuPercent: 70 } },
      services: { mailer: { environment: { QUEUE: "mail" } } },
    };
    const parts = { defaults: { environment: { TENANT: "acme" }, health: { report: "/healthz" } } };
    expect(specificationOf([worker], settings, parts)).toEqual({
      replicas: 3,
      resources: { cpu: { request: "100m", limit: "500m" }, memory: { request: "128Mi", limit: "512Mi" } },
      environment: { TENANT: "acme", QUEUE: "mail" },
      files: {},
      volumes: {},
      terminationGraceSeconds: 30,
    });
  });

  it("has no number of pods for a job, whatever the stack gives its services", () => {
    expect(specificationOf([job], { defaults: { replicas: 3 } })).not.toHaveProperty("replicas");
  });

  it("may be that it does not, in one stack", () => {
    const { tasks } = onlyPlatform(
      expectResolved(resolve([worker, job], { services: { mailer: { enabled: false } } })),
    );
    expect(tasks.map(({ name }) => name)).toEqual(["imports"]);
  });
});

describe("a task that is told what it cannot do is an issue", () => {
  it.each([
    ["a port", worker, { port: 8000 }, "fleet:platforms.shop.services.mailer"],
    ["a health path", worker, { health: { live: "/live" } }, "fleet:platforms.shop.services.mailer"],
    ["a node port", worker, { nodePort: 30100 }, "fleet:platforms.shop.services.mailer.nodePort"],
    ["replicas of a job", job, { replicas: 2 }, "fleet:platforms.shop.services.imports"],
  ] as const)("%s", (_what, task, settings, path) => {
    const [first] = issuesOf(resolve([task], { services: { [task.name]: settings } }));
    expect(first).toMatchObject({ path });
  });

  it("no time, no schedule, a name that its Jobs could not have, a missing secret: all at once", () => {
    const broken = [
      defineJob({ ...base, name: "imports", deadlineSeconds: 0 }),
      defineCronJob({ ...base, name: "report", deadlineSeconds: 60, schedule: "nightly" }),
      defineCronJob({ ...base, name: "r".repeat(50), deadlineSeconds: 60, schedule: "17 2 * * *" }),
      defineWorker({ ...base, name: "mailer", alive: ["true"], secrets: { TOKEN: fromConfig } }),
    ];
    expect(told(broken)).toEqual([
      "services.shop.imports.deadlineSeconds: no time to come to an end in",
      "services.shop.report.schedule: no schedule that Kubernetes understands",
      expect.stringContaining("its DNS name would be 55 characters long"),
      "fleet:secrets.shop.TOKEN: missing secret",
    ]);
  });

  it("pools that do not fit into its database", () => {
    const database = definePostgresql({
      name: "db",
      seeds: [],
      version: "17",
      extensions: [],
      database: "shop",
      storage: "1Gi",
      maxConnections: 20,
    });
    const pooling = defineWorker({ ...worker, links: [link(database, { pool: { min: 1, max: 10 } })] });
    expect(told([pooling], {}, { datastores: [database] })).toEqual([
      "fleet:platforms.shop.datastores.db: the pools of its dependants may open 20 connections: mailer 10 × 2",
    ]);
  });
});
