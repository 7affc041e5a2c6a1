import { fromConfig } from "../../model/declaration/secret.ts";
import { defineService } from "../../model/declaration/service.ts";

/** Seed 000, MCP-Slack Service: team communication and collaboration. */
export const mcpSlack = defineService({
  name: "mcp-slack",
  title: "MCP-Slack",
  seeds: ["000"],
  language: "python",
  port: 8000,
  endpoints: ["GET /", "GET /channels", "GET /channels/{id}/messages", "GET /analytics"],
  secrets: { SLACK_BOT_TOKEN: fromConfig, SLACK_SIGNING_SECRET: fromConfig },
  outbound: ["slack.com"],
});
