import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (business services). */
export const sophiaBusiness = defineService({
  name: "sophia-business",
  title: "Sophia-Business",
  seeds: ["003"],
  language: "python",
  port: 8000,
});
