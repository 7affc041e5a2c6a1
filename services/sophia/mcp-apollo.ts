import { fromConfig } from "../../model/declaration/secret.ts";
import { defineService } from "../../model/declaration/service.ts";

/** Seed 000, MCP-Apollo Service: music and audio intelligence. The seed names no host for its key. */
export const mcpApollo = defineService({
  name: "mcp-apollo",
  title: "MCP-Apollo",
  seeds: ["000"],
  language: "python",
  port: 8000,
  endpoints: ["GET /", "GET /trends", "GET /analytics"],
  secrets: { APOLLO_API_KEY: fromConfig },
  outbound: ["api.apollo.io"],
});
