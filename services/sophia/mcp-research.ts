import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (MCP services), and the service whose traffic its canary splits. */
export const mcpResearch = defineService({
  name: "mcp-research",
  title: "MCP-Research",
  seeds: ["003"],
  language: "python",
  port: 8000,
});
