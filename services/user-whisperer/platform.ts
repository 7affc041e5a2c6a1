import { definePlatform } from "../../model/declaration/platform.ts";
import { aiOrchestration } from "./ai-orchestration.ts";
import { behavioralAnalysis } from "./behavioral-analysis.ts";
import { channelOrchestrator } from "./channel-orchestrator.ts";
import { contentGeneration } from "./content-generation.ts";
import { postgres, pubsub, redis } from "./datastores.ts";
import { decisionEngine } from "./decision-engine.ts";
import { eventIngestion } from "./event-ingestion.ts";
import { kong } from "./kong.ts";
import { syntheticChecks } from "./synthetic-checks.ts";

/**
 * Seed 002: User Whisperer. Health paths `/health`, `/health/ready` and `/health/live` are the house's standard.
 *
 * Every service registers in Redis and checks database and Redis (seed 002, HealthChecker and ServiceDiscovery). The way
 * in is Kong, where API keys are checked; no service is exposed beside it.
 */
export const userWhisperer = definePlatform({
  name: "user-whisperer",
  title: "User Whisperer",
  seeds: ["002"],
  objectPrefix: "",
  version: "1.0.0",
  defaults: {},
  services: [
    eventIngestion,
    behavioralAnalysis,
    decisionEngine,
    contentGeneration,
    channelOrchestrator,
    aiOrchestration,
  ],
  apiGateway: kong,
  datastores: [postgres, redis, pubsub],
  syntheticChecks,
});
