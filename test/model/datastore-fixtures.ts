import {
  defineMongodb,
  definePostgresql,
  definePubsub,
  defineQdrant,
  defineRabbitmq,
} from "../../model/declaration/datastore.ts";
import { link } from "../../model/declaration/link.ts";
import { defineService } from "../../model/declaration/service.ts";
import type { ResolvedLink } from "../../model/resolve/resolved.ts";
import { expectResolved, resolve, serviceOf, shop } from "./stack-fixtures.ts";

const shared = { seeds: [], version: "1", storage: "1Gi" };

/** A broker with two events. */
export const broker = defineRabbitmq({
  ...shared,
  name: "broker",
  virtualHost: "shop/eu",
  exchange: "shop.events",
  events: ["order.placed", "order.paid"],
  retryDelaySeconds: 10,
});

const documents = defineMongodb({ ...shared, name: "documents", database: "shop" });
const vectors = defineQdrant({ ...shared, name: "vectors" });
const topics = definePubsub({ name: "topics", seeds: [], project: "shop-dev", topics: ["clicks", "orders"] });
const database = definePostgresql({ ...shared, name: "db", database: "shop", extensions: [], maxConnections: 100 });

const page = defineService({
  name: "page",
  seeds: [],
  language: "node",
  port: 8000,
  links: [link(database), link(broker), link(documents), link(vectors), link(topics)],
});

const secrets = ["DB_OWNER_PASSWORD", "DB_APP_PASSWORD", "BROKER_PASSWORD", "DOCUMENTS_PASSWORD", "VECTORS_API_KEY"];

/** A service on a datastore of every engine but Redis, with the stack's settings of them in YAML. */
export function everyDatastore(datastores = "{}") {
  return resolve(
    [shop({ services: [page], datastores: [database, broker, documents, vectors, topics] })],
    `shop: { datastores: ${datastores} }`,
    secrets.map((name) => `shop.${name}`),
  );
}

/** The page's link to one of them. */
export function pageLink(target: string, datastores?: string): ResolvedLink | undefined {
  return serviceOf(expectResolved(everyDatastore(datastores)), "page").links.find((one) => one.target === target);
}
