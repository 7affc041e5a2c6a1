import { defineService } from "../../model/declaration/service.ts";

/** Seed 003, Services Built (business services). */
export const sophiaLambda = defineService({
  name: "sophia-lambda",
  title: "Sophia-Lambda",
  seeds: ["003"],
  language: "python",
  port: 8000,
});
