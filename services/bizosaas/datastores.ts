import { definePostgresql, defineRedis } from "../../model/declaration/datastore.ts";

/** Seed 004, task 1.3.1: PostgreSQL with pgvector, one schema for all tenants, row-level security. */
export const postgres = definePostgresql({
  name: "postgres",
  seeds: ["004"],
  dependency: "database",
  version: "17",
  database: "bizosaas",
  extensions: ["uuid-ossp", "vector"],
  maxConnections: 200,
  storage: "2Gi",
  resources: { memory: { request: "128Mi", limit: "512Mi" } },
});

/** Seed 004, task 1.3.2: sessions, cache and pub/sub between services, with a memory limit and an eviction policy. */
export const redis = defineRedis({
  name: "redis",
  seeds: ["004"],
  version: "7",
  uses: ["sessions", "cache", "pub/sub"],
  maxMemory: "128Mi",
  evictionPolicy: "volatile-lru",
  storage: "1Gi",
  resources: { memory: { request: "64Mi", limit: "256Mi" } },
});
