import { defineKong } from "../../model/declaration/kong.ts";
import { aiOrchestration } from "./ai-orchestration.ts";
import { behavioralAnalysis } from "./behavioral-analysis.ts";
import { channelOrchestrator } from "./channel-orchestrator.ts";
import { contentGeneration } from "./content-generation.ts";
import { decisionEngine } from "./decision-engine.ts";
import { eventIngestion } from "./event-ingestion.ts";

const internal = { audience: "internal", report: "/health", requestsPerMinute: 300 } as const;

/**
 * Seed 002, Kong API Gateway: Kong 3.5 with declarative configuration, routes to every service, API keys for public APIs,
 * IP restriction for internal ones, rate limits (global and per service), CORS, Prometheus, request logs, consumers.
 *
 * The seed names neither limits nor which API is public: applications send their events to event-ingestion, and the other
 * services work on them.
 */
export const kong = defineKong({
  name: "kong",
  title: "Kong",
  seeds: ["002"],
  routes: [
    { ...internal, target: eventIngestion, audience: "public", requestsPerMinute: 600 },
    { ...internal, target: behavioralAnalysis },
    { ...internal, target: decisionEngine },
    { ...internal, target: contentGeneration },
    { ...internal, target: channelOrchestrator },
    { ...internal, target: aiOrchestration },
  ],
  requestsPerMinute: 1000,
  origins: ["*"],
  consumers: { application: "APPLICATION_API_KEY" },
});
