import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { aiOrchestrator } from "./ai-orchestrator.ts";
import { analytics } from "./analytics.ts";
import { crm } from "./crm.ts";
import { identity } from "./identity.ts";

/** Seed 004, task 1.1.5: the Next.js front end, connected to every API. Its port is Next.js' own default. */
export const frontend = defineService({
  name: "frontend",
  title: "Frontend",
  seeds: ["004"],
  language: "nextjs",
  port: 3000,
  nodePort: 30100,
  host: "",
  page: "BizOSaaS",
  links: [link(identity), link(aiOrchestrator), link(crm), link(analytics)],
});
