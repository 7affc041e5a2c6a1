import type { MongodbDeclaration } from "./mongodb.ts";
import type { PostgresqlDeclaration } from "./postgresql.ts";
import type { PubsubDeclaration } from "./pubsub.ts";
import type { QdrantDeclaration } from "./qdrant.ts";
import type { RabbitmqDeclaration } from "./rabbitmq.ts";
import type { RedisDeclaration } from "./redis.ts";

export { defineMongodb, type MongodbDeclaration } from "./mongodb.ts";
export { definePostgresql, type PostgresqlDeclaration } from "./postgresql.ts";
export { definePubsub, type PubsubDeclaration } from "./pubsub.ts";
export { defineQdrant, type QdrantDeclaration } from "./qdrant.ts";
export { defineRabbitmq, type RabbitmqDeclaration } from "./rabbitmq.ts";
export { defineRedis, type EvictionPolicy, type RedisDeclaration } from "./redis.ts";

/** Something a platform's services keep their state in, declared once, whichever way a stack provides it. */
export type DatastoreDeclaration =
  | PostgresqlDeclaration
  | RedisDeclaration
  | RabbitmqDeclaration
  | MongodbDeclaration
  | QdrantDeclaration
  | PubsubDeclaration;
