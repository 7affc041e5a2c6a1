import { link } from "../../model/declaration/link.ts";
import { fromConfig } from "../../model/declaration/secret.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, redis } from "./datastores.ts";
import { identity } from "./identity.ts";

/** Seed 004, task 1.1.2: CrewAI agents with PyTorch and LangChain, models loaded within 30 seconds from a shared volume. */
export const aiOrchestrator = defineService({
  name: "ai-orchestrator",
  title: "AI-Orchestrator",
  seeds: ["004"],
  language: "python",
  port: 8002,
  nodePort: 30102,
  host: "ai",
  environment: { MODEL_PATH: "/models" },
  volumes: { models: { mountPath: "/models", size: "2Gi", accessMode: "ReadWriteOnce" } },
  secrets: { OPENAI_API_KEY: fromConfig },
  outbound: ["api.openai.com"],
  links: [link(postgres), link(redis), link(identity)],
});
