import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (communication services); its synthetic check posts a message to Slack. */
export const commsMcp = defineService({
  name: "comms-mcp",
  title: "Comms-MCP",
  seeds: ["003"],
  language: "python",
  port: 8000,
  endpoints: ["POST /slack/post"],
});
