import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import { qdrant, rabbitmq } from "./datastores.ts";
import { draftService } from "./draft-service.ts";

/** Seed 001, Services Status: draft-final notes by retrieval over vectors. It publishes `dfn.generated`. */
export const ragService = defineService({
  name: "rag-service",
  title: "RAG Service",
  seeds: ["001"],
  language: "python",
  port: 3003,
  links: [link(qdrant), link(rabbitmq), link(draftService)],
});
