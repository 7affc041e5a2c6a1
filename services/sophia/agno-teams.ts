import { defineService } from "../../model/declaration/service.ts";

/** Seed 000, Testing Results Integration: `services/agno-teams`. */
export const agnoTeams = defineService({
  name: "agno-teams",
  title: "Agno-Teams",
  seeds: ["000"],
  language: "python",
  port: 8000,
});
