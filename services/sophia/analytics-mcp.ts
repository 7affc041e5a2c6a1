import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { TCP } from "../../model/declaration/specification.ts";
import { neon } from "./datastores.ts";

/**
 * Seed 003, Services Built (communication services); its synthetic check queries the Neon database.
 *
 * Its `/healthz` tells of the database as well, so that liveness by `/healthz` would restart it for a lost database.
 */
export const analyticsMcp = defineService({
  name: "analytics-mcp",
  title: "Analytics-MCP",
  seeds: ["003"],
  language: "python",
  port: 8000,
  health: { live: TCP },
  endpoints: ["POST /query/neon"],
  links: [link(neon)],
});
