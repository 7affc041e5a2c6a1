import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, pubsub, redis } from "./datastores.ts";

/** Seed 002, Service Ports: takes users' events in and publishes them. */
export const eventIngestion = defineService({
  name: "event-ingestion",
  title: "Event Ingestion",
  seeds: ["002"],
  language: "node",
  port: 3001,
  links: [link(postgres), link(redis), link(pubsub)],
});
