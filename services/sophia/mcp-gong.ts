import { fromConfig } from "../../model/declaration/secret.ts";
import { defineService } from "../../model/declaration/service.ts";

/** Seed 000, MCP-Gong Service: revenue intelligence and call analytics. */
export const mcpGong = defineService({
  name: "mcp-gong",
  title: "MCP-Gong",
  seeds: ["000"],
  language: "python",
  port: 8000,
  endpoints: ["GET /", "GET /calls", "GET /calls/{id}/transcript", "GET /analytics"],
  secrets: { GONG_ACCESS_TOKEN: fromConfig, GONG_ACCESS_KEY: fromConfig },
  outbound: ["api.gong.io"],
});
