import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (business services). */
export const sophiaHubspot = defineService({
  name: "sophia-hubspot",
  title: "Sophia-HubSpot",
  seeds: ["003"],
  language: "python",
  port: 8000,
});
