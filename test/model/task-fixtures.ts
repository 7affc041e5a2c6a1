import { link } from "../../model/declaration/link.ts";
import { definePostgresql } from "../../model/declaration/postgresql.ts";
import { random } from "../../model/declaration/secret.ts";
import { defineService } from "../../model/declaration/service.ts";
import { defineCronJob, defineJob, defineWorker } from "../../model/declaration/task.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { resolveStack } from "../../model/resolve/stack.ts";
import { expectResolved, shop } from "./stack-fixtures.ts";

const database = definePostgresql({
  name: "db",
  seeds: [],
  version: "17",
  extensions: [],
  database: "shop",
  storage: "1Gi",
  maxConnections: 100,
});
const cart = defineService({ name: "cart", seeds: [], language: "node", port: 8001 });
const mailer = defineWorker({
  name: "mailer",
  seeds: [],
  language: "python",
  alive: ["celery", "inspect", "ping"],
  environment: { QUEUE: "mail" },
  secrets: { MAIL_TOKEN: random(40) },
  links: [link(database), link(cart)],
});
const imports = defineJob({
  name: "imports",
  seeds: [],
  language: "python",
  command: ["python", "import.py"],
  deadlineSeconds: 600,
  links: [link(database)],
});
const report = defineCronJob({
  name: "report",
  seeds: [],
  language: "python",
  schedule: "17 2 * * *",
  deadlineSeconds: 900,
  retries: 3,
  files: { "/etc/report.yaml": "format: pdf" },
});
/** A shop with one service, a worker, a job and a cron job. */
export const busyShop = shop({ services: [cart, mailer, imports, report], datastores: [database] });
/** The stack of that shop alone. */
export function resolveBusyShop(settings: Readonly<Record<string, unknown>> = {}): ResolvedStack {
  const values = { images: { registry: "r.test" }, platforms: { shop: settings } };
  return expectResolved(
    resolveStack({ stack: "test", catalogue: [busyShop], raw: { values, secrets: [] }, migrations: {} }),
  );
}
