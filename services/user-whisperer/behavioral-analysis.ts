import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, pubsub, redis } from "./datastores.ts";

/** Seed 002, Service Ports. */
export const behavioralAnalysis = defineService({
  name: "behavioral-analysis",
  title: "Behavioral Analysis",
  seeds: ["002"],
  language: "node",
  port: 3002,
  links: [link(postgres), link(redis), link(pubsub)],
});
