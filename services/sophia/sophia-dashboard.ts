import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (business services): what people open. */
export const sophiaDashboard = defineService({
  name: "sophia-dashboard",
  title: "Sophia-Dashboard",
  seeds: ["003"],
  language: "python",
  port: 8000,
  host: "dashboard",
});
