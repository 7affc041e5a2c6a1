import {
  defineMongodb,
  definePostgresql,
  defineQdrant,
  defineRabbitmq,
  defineRedis,
} from "../../model/declaration/datastore.ts";

// Seed 001, Infrastructure, names the five; which service uses which follows from what each keeps.

/** Seed 001: speakers and evaluations. */
export const postgres = definePostgresql({
  name: "postgres",
  seeds: ["001"],
  version: "17",
  database: "draft_genie",
  extensions: [],
  maxConnections: 100,
  storage: "1Gi",
});

/** Seed 001: drafts, documents of any shape. */
export const mongodb = defineMongodb({
  name: "mongodb",
  seeds: ["001"],
  version: "8",
  database: "draft_genie",
  storage: "1Gi",
});

/** Seed 001: the vectors that retrieval searches. */
export const qdrant = defineQdrant({ name: "qdrant", seeds: ["001"], version: "1.15", storage: "1Gi" });

/** Seed 001: what the gateway's rate limits count. */
export const redis = defineRedis({
  name: "redis",
  seeds: ["001"],
  version: "7",
  uses: ["cache"],
  maxMemory: "64Mi",
  evictionPolicy: "volatile-lru",
  storage: "1Gi",
});

/** Seed 001, Event-Driven Workflow Tests: four events, with retry and dead-letter queues. */
export const rabbitmq = defineRabbitmq({
  name: "rabbitmq",
  seeds: ["001"],
  version: "4",
  virtualHost: "draft-genie",
  exchange: "draft-genie.events",
  events: ["speaker.created", "draft.ingested", "dfn.generated", "evaluation.completed"],
  retryDelaySeconds: 10,
  storage: "1Gi",
});
