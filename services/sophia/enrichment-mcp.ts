import { defineService } from "../../model/declaration/service.ts";

/** Seed 000, Testing Results Integration: `mcp/enrichment-mcp`, whose testing patterns the others follow. */
export const enrichmentMcp = defineService({
  name: "enrichment-mcp",
  title: "Enrichment-MCP",
  seeds: ["000"],
  language: "python",
  port: 8000,
});
