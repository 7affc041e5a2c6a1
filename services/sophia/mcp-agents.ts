import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (MCP services); seed 000 takes lessons from its testing. */
export const mcpAgents = defineService({
  name: "mcp-agents",
  title: "MCP-Agents",
  seeds: ["000", "003"],
  language: "python",
  port: 8000,
});
