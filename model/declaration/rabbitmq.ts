import type { Arguments, StoringDatastore } from "./datastore-base.ts";

/** A RabbitMQ broker with its topology, which it loads at each start; services neither declare nor delete any of it. */
export interface RabbitmqDeclaration extends StoringDatastore {
  readonly engine: "rabbitmq";
  /** Major version, as in the image's tag. */
  readonly version: string;
  readonly virtualHost: string;
  /** The topic exchange that events are published to. `<exchange>.retry` and `<exchange>.dead-letter` come with it. */
  readonly exchange: string;
  /**
   * Routing keys. Each event has a queue of its name, bound to the exchange, and two more: what a consumer rejects
   * waits in `<event>.retry` and comes back; what it gives up on goes to `<event>.dead-letter` by publishing it to the
   * dead-letter exchange.
   */
  readonly events: readonly string[];
  /** How long a rejected message waits before it comes back, in seconds. */
  readonly retryDelaySeconds: number;
}

/** Declares a RabbitMQ broker. Its link yields `RABBITMQ_URL`. */
export function defineRabbitmq(datastore: Arguments<RabbitmqDeclaration>): RabbitmqDeclaration {
  return { kind: "datastore", engine: "rabbitmq", dependency: datastore.name, ...datastore };
}
