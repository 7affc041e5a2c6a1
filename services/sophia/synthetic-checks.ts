import type { SyntheticCheck } from "../../model/declaration/synthetic-check.ts";
import { analyticsMcp } from "./analytics-mcp.ts";
import { commsMcp } from "./comms-mcp.ts";
import { crmMcp } from "./crm-mcp.ts";

/** Seed 003, Synthetic End-to-End Testing Stage: three, 15 seconds each, all of which must pass. */
export const syntheticChecks: readonly SyntheticCheck[] = [
  {
    name: "Slack post",
    purpose: "A message reaches Slack through comms-mcp (seed 003)",
    timeoutSeconds: 15,
    requests: [
      {
        service: commsMcp,
        method: "POST",
        path: "/slack/post",
        body: { channel: "#fleet-releases", message: "Synthetic check of a release", username: "fleet" },
        expect: { status: [200], answer: "json" },
      },
    ],
  },
  {
    name: "CRM task",
    purpose: "A task is created through crm-mcp (seed 003)",
    timeoutSeconds: 15,
    requests: [
      {
        service: crmMcp,
        method: "POST",
        path: "/tasks/create",
        body: {
          subject: "Synthetic check of a release",
          description: "Made by fleet; may be deleted",
          priority: "low",
          assignee: "fleet",
        },
        expect: { status: [200], answer: "json" },
      },
    ],
  },
  {
    name: "Neon query",
    purpose: "analytics-mcp reaches the database (seed 003)",
    timeoutSeconds: 15,
    requests: [
      {
        service: analyticsMcp,
        method: "POST",
        path: "/query/neon",
        body: { query: "SELECT 1" },
        expect: { status: [200], answer: "json" },
      },
    ],
  },
];
