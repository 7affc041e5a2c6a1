import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, pubsub, redis } from "./datastores.ts";

/** Seed 002, Service Ports. */
export const contentGeneration = defineService({
  name: "content-generation",
  title: "Content Generation",
  seeds: ["002"],
  language: "node",
  port: 3004,
  links: [link(postgres), link(redis), link(pubsub)],
});
