import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (communication services); its synthetic check creates a task in the CRM. */
export const crmMcp = defineService({
  name: "crm-mcp",
  title: "CRM-MCP",
  seeds: ["003"],
  language: "python",
  port: 8000,
  endpoints: ["POST /tasks/create"],
});
