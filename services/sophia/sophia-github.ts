import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (business services). */
export const sophiaGithub = defineService({
  name: "sophia-github",
  title: "Sophia-GitHub",
  seeds: ["003"],
  language: "python",
  port: 8000,
});
