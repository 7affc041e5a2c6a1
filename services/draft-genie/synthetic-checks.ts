import type { SyntheticCheck } from "../../model/declaration/synthetic-check.ts";
import { apiGateway } from "./api-gateway.ts";
import { draftService } from "./draft-service.ts";
import { evaluationService } from "./evaluation-service.ts";
import { ragService } from "./rag-service.ts";
import { speakerService } from "./speaker-service.ts";

/**
 * Seed 001, Integration Test Suite: the same four flows, as far as they show at the edge. The 49 tests themselves are in
 * the platform's own image.
 */
export const syntheticChecks: readonly SyntheticCheck[] = [
  {
    name: "Complete workflow",
    purpose: "The gateway and each step, Speaker, Draft, RAG and Evaluation, are well with all they link to (seed 001)",
    requests: [
      { service: apiGateway, path: "/api/v1/health", expect: { status: [200], answer: "healthy" } },
      ...[speakerService, draftService, ragService, evaluationService].map((service) => ({
        service,
        path: "/health",
        expect: { status: [200], answer: "healthy" } as const,
      })),
    ],
  },
  {
    name: "Authentication flow",
    purpose: "Nobody gets in by a token that was never issued, and nobody gets an error of the server (seed 001)",
    requests: [
      {
        service: apiGateway,
        path: "/api/v1/fleet-synthetic-check",
        headers: { authorization: "Bearer never-issued" },
        expect: { status: [401, 403, 404], answer: "json" },
      },
    ],
  },
  {
    name: "Event-driven workflow",
    purpose: "The services that publish and consume events have their broker (seed 001)",
    requests: [speakerService, draftService, ragService, evaluationService].map((service) => ({
      service,
      path: "/health",
      expect: { status: [200], connected: ["rabbitmq"] },
    })),
  },
  {
    name: "Error scenarios",
    purpose: "What does not exist, and JSON that is none, are refused and break nothing (seed 001)",
    requests: [
      {
        service: apiGateway,
        path: "/api/v1/fleet-synthetic-check",
        expect: { status: [401, 403, 404], answer: "json" },
      },
      {
        service: apiGateway,
        method: "POST",
        path: "/api/v1/fleet-synthetic-check",
        headers: { "content-type": "application/json" },
        body: "{ malformed",
        expect: { status: [400, 401, 403, 404, 422], answer: "json" },
      },
      { service: apiGateway, path: "/api/v1/health", expect: { status: [200], answer: "healthy" } },
    ],
  },
];
