import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, pubsub, redis } from "./datastores.ts";

/** Seed 002, Service Ports. */
export const aiOrchestration = defineService({
  name: "ai-orchestration",
  title: "AI Orchestration",
  seeds: ["002"],
  language: "node",
  port: 3006,
  links: [link(postgres), link(redis), link(pubsub)],
});
