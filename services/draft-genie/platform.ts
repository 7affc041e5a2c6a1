import { definePlatform } from "../../model/declaration/platform.ts";
import { TCP } from "../../model/declaration/specification.ts";
import { apiGateway } from "./api-gateway.ts";
import { mongodb, postgres, qdrant, rabbitmq, redis } from "./datastores.ts";
import { draftService } from "./draft-service.ts";
import { evaluationService } from "./evaluation-service.ts";
import { ragService } from "./rag-service.ts";
import { speakerService } from "./speaker-service.ts";
import { syntheticChecks } from "./synthetic-checks.ts";

/**
 * Seed 001: Draft Genie. Work flows Speaker → Draft → RAG → Evaluation, by events; each service asks the one before it
 * for what the event names, so the links point against the flow.
 *
 * The seed names one health path for each service, which tells of its datastores too. It is their readiness; their
 * liveness is the port, so that a lost database restarts nothing.
 */
export const draftGenie = definePlatform({
  name: "draft-genie",
  title: "Draft Genie",
  seeds: ["001"],
  objectPrefix: "",
  version: "1.0.0",
  defaults: { health: { report: "/health", ready: "/health", live: TCP } },
  services: [apiGateway, speakerService, draftService, ragService, evaluationService],
  datastores: [postgres, mongodb, qdrant, redis, rabbitmq],
  syntheticChecks,
});
