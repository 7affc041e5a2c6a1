import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, redis } from "./datastores.ts";
import { identity } from "./identity.ts";

/** Seed 004, task 1.1.4: reports (JSON, CSV, PDF) and real-time metrics, dashboard queries cached in Redis. */
export const analytics = defineService({
  name: "analytics",
  title: "Analytics",
  seeds: ["004"],
  language: "python",
  port: 8005,
  nodePort: 30105,
  host: "analytics",
  endpoints: ["GET /reports/{id}", "GET /metrics/realtime", "GET /dashboards/{id}"],
  links: [link(postgres), link(redis), link(identity)],
});
