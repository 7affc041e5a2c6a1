import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, rabbitmq } from "./datastores.ts";

/** Seed 001, Services Status: speakers and their buckets. It publishes `speaker.created`. */
export const speakerService = defineService({
  name: "speaker-service",
  title: "Speaker Service",
  seeds: ["001"],
  language: "node",
  port: 3001,
  links: [link(postgres), link(rabbitmq)],
});
