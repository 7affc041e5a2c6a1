import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { aiOrchestrator } from "./ai-orchestrator.ts";
import { postgres, redis } from "./datastores.ts";
import { identity } from "./identity.ts";

/** Seed 004, task 1.1.3: leads and contacts, scored by the AI orchestrator, on a pooled PostgreSQL connection. */
export const crm = defineService({
  name: "crm",
  title: "CRM",
  seeds: ["004"],
  language: "python",
  port: 8004,
  nodePort: 30104,
  host: "crm",
  endpoints: ["GET /leads", "POST /leads", "GET /leads/{id}/score", "GET /contacts", "POST /contacts"],
  links: [link(postgres, { pool: { min: 2, max: 10 } }), link(redis), link(identity), link(aiOrchestrator)],
});
