import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (MCP services); rolled back as `deployment/mcp-context -n sophia`. */
export const mcpContext = defineService({
  name: "mcp-context",
  title: "MCP-Context",
  seeds: ["003"],
  language: "python",
  port: 8000,
});
