import type { ServiceDeclaration } from "../../model/declaration/service.ts";
import type { SyntheticCheck } from "../../model/declaration/synthetic-check.ts";
import { aiOrchestration } from "./ai-orchestration.ts";
import { behavioralAnalysis } from "./behavioral-analysis.ts";
import { channelOrchestrator } from "./channel-orchestrator.ts";
import { contentGeneration } from "./content-generation.ts";
import { decisionEngine } from "./decision-engine.ts";
import { eventIngestion } from "./event-ingestion.ts";

/** Seed 002, Health Monitoring: every service's health by the way in that users take. */
export const syntheticChecks: readonly SyntheticCheck[] = [
  eventIngestion,
  behavioralAnalysis,
  decisionEngine,
  contentGeneration,
  channelOrchestrator,
  aiOrchestration,
].map((service: ServiceDeclaration) => ({
  name: `${service.title ?? service.name} through the gateway`,
  purpose: "The service answers where users come in (seed 002)",
  through: "gateway",
  requests: [{ service, path: "/health", expect: { status: [200], answer: "healthy" } }],
}));
