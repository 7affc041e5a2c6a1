import { link } from "../../model/declaration/link.ts";
import { random } from "../../model/declaration/secret.ts";
import { defineService } from "../../model/declaration/service.ts";
import { redis } from "./datastores.ts";
import { draftService } from "./draft-service.ts";
import { evaluationService } from "./evaluation-service.ts";
import { ragService } from "./rag-service.ts";
import { speakerService } from "./speaker-service.ts";

/** Seed 001, Services Status: the way in, with JWT and API key authentication and rate limits counted in Redis. */
export const apiGateway = defineService({
  name: "api-gateway",
  title: "API Gateway",
  seeds: ["001"],
  language: "node",
  port: 3000,
  host: "api",
  health: { report: "/api/v1/health", ready: "/api/v1/health" },
  secrets: { JWT_SECRET: random(64), API_KEY: random(40) },
  links: [link(redis), link(speakerService), link(draftService), link(ragService), link(evaluationService)],
});
