import type { Arguments, StoringDatastore } from "./datastore-base.ts";

/** When the memory limit is reached, what Redis throws away (Redis documentation: Key eviction). */
export type EvictionPolicy = "noeviction" | "allkeys-lru" | "allkeys-lfu" | "volatile-lru" | "volatile-ttl";

/** A Redis server. */
export interface RedisDeclaration extends StoringDatastore {
  readonly engine: "redis";
  readonly version: string;
  /** What it is used for. */
  readonly uses: readonly ("cache" | "sessions" | "pub/sub" | "service registry")[];
  /** Redis' own `maxmemory`, below the container's limit so that eviction comes before the kernel's killer. */
  readonly maxMemory: string;
  readonly evictionPolicy: EvictionPolicy;
}

/** Declares a Redis server. Its link yields `REDIS_URL`. */
export function defineRedis(datastore: Arguments<RedisDeclaration>): RedisDeclaration {
  return { kind: "datastore", engine: "redis", dependency: datastore.name, ...datastore };
}
