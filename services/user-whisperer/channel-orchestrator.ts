import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, pubsub, redis } from "./datastores.ts";

/** Seed 002, Service Ports. */
export const channelOrchestrator = defineService({
  name: "channel-orchestrator",
  title: "Channel Orchestrator",
  seeds: ["002"],
  language: "node",
  port: 3005,
  links: [link(postgres), link(redis), link(pubsub)],
});
