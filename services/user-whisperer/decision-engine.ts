import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, pubsub, redis } from "./datastores.ts";

/** Seed 002, Service Ports. */
export const decisionEngine = defineService({
  name: "decision-engine",
  title: "Decision Engine",
  seeds: ["002"],
  language: "node",
  port: 3003,
  links: [link(postgres), link(redis), link(pubsub)],
});
