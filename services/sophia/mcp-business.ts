import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (MCP services). */
export const mcpBusiness = defineService({
  name: "mcp-business",
  title: "MCP-Business",
  seeds: ["003"],
  language: "python",
  port: 8000,
});
