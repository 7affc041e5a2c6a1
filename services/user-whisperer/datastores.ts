import { definePostgresql, definePubsub, defineRedis } from "../../model/declaration/datastore.ts";

/** Seed 002, Infrastructure Stack, Data Layer. */
export const postgres = definePostgresql({
  name: "postgres",
  seeds: ["002"],
  dependency: "database",
  version: "17",
  database: "user_whisperer",
  extensions: [],
  maxConnections: 200,
  storage: "1Gi",
});

/** Seed 002, Data Layer and Service Discovery: cache and service registry. A registry that evicts would lose services. */
export const redis = defineRedis({
  name: "redis",
  seeds: ["002"],
  version: "7",
  uses: ["cache", "service registry"],
  maxMemory: "64Mi",
  evictionPolicy: "volatile-lru",
  storage: "1Gi",
});

/** Seed 002, Message Queue: the Google Pub/Sub emulator. The seed names no topic; this one carries what is ingested. */
export const pubsub = definePubsub({
  name: "pubsub",
  seeds: ["002"],
  project: "user-whisperer",
  topics: ["events"],
});
