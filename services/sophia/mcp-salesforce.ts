import { fromConfig } from "../../model/declaration/secret.ts";
import { defineService } from "../../model/declaration/service.ts";

/** Seed 000, MCP-Salesforce Service: CRM integration and sales pipeline. The seed keeps all of these in the Secret. */
export const mcpSalesforce = defineService({
  name: "mcp-salesforce",
  title: "MCP-Salesforce",
  seeds: ["000"],
  language: "python",
  port: 8000,
  endpoints: ["GET /", "GET /accounts", "GET /opportunities", "GET /pipeline"],
  secrets: {
    SALESFORCE_CLIENT_ID: fromConfig,
    SALESFORCE_CLIENT_SECRET: fromConfig,
    SALESFORCE_USERNAME: fromConfig,
    SALESFORCE_PASSWORD: fromConfig,
    SALESFORCE_INSTANCE_URL: fromConfig,
  },
  outbound: ["login.salesforce.com"],
});
