import type { ServiceDeclaration } from "../../model/declaration/service.ts";
import type { SyntheticCheck } from "../../model/declaration/synthetic-check.ts";
import { aiOrchestrator } from "./ai-orchestrator.ts";
import { analytics } from "./analytics.ts";
import { crm } from "./crm.ts";
import { frontend } from "./frontend.ts";
import { identity } from "./identity.ts";

/** Seed 004, Health Check Script: the five addresses that it asks, by the names that it prints. */
export const syntheticChecks: readonly SyntheticCheck[] = [
  health("Identity", identity),
  health("AI-Orchestrator", aiOrchestrator),
  health("CRM", crm),
  health("Analytics", analytics),
  {
    name: "Frontend",
    purpose: "The page loads (seed 004)",
    requests: [{ service: frontend, path: "/", expect: { status: [200], answer: "page" } }],
  },
];

function health(name: string, service: ServiceDeclaration): SyntheticCheck {
  return {
    name,
    purpose: `${name} is healthy (seed 004)`,
    requests: [{ service, path: "/health", expect: { status: [200], answer: "healthy" } }],
  };
}
