import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { mongodb, rabbitmq } from "./datastores.ts";
import { speakerService } from "./speaker-service.ts";

/** Seed 001, Services Status: the drafts of a speaker. It publishes `draft.ingested`. */
export const draftService = defineService({
  name: "draft-service",
  title: "Draft Service",
  seeds: ["001"],
  language: "python",
  port: 3002,
  links: [link(mongodb), link(rabbitmq), link(speakerService)],
});
