import { defineService } from "../../model/declaration/service.ts";

/** Seed 000, Testing Results Integration: `mcp/support-mcp`, whose testing patterns the others follow. */
export const supportMcp = defineService({
  name: "support-mcp",
  title: "Support-MCP",
  seeds: ["000"],
  language: "python",
  port: 8000,
});
