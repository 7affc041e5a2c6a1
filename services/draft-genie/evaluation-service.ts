import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, rabbitmq } from "./datastores.ts";
import { ragService } from "./rag-service.ts";

/** Seed 001, Services Status: scores a draft-final note. It publishes `evaluation.completed`. */
export const evaluationService = defineService({
  name: "evaluation-service",
  title: "Evaluation Service",
  seeds: ["001"],
  language: "python",
  port: 3004,
  links: [link(postgres), link(rabbitmq), link(ragService)],
});
