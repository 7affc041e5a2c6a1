import { describe, expect, it } from "vitest";
import { secretPlaceholder } from "../../../model/placeholder.ts";
import { everyDatastore } from "../datastore-fixtures.ts";
import { expectResolved } from "../stack-fixtures.ts";
import { objectOf, renderedObjects } from "./rendered-stack.ts";

interface Definitions {
  readonly users: readonly object[];
  readonly permissions: readonly { readonly configure: string; readonly write: string; readonly read: string }[];
  readonly exchanges: readonly { readonly name: string }[];
  readonly queues: readonly { readonly name: string; readonly arguments: object }[];
  readonly bindings: readonly { readonly source: string; readonly destination: string; readonly routing_key: string }[];
  readonly policies: readonly { readonly pattern: string; readonly definition: object }[];
}

const objects = renderedObjects(expectResolved(everyDatastore()));
const files = objectOf(objects, "Secret", "shop-broker").stringData ?? {};
const definitions = JSON.parse(files["definitions.json"] ?? "") as Definitions;
const allowed = (right: "configure" | "write" | "read", name: string) =>
  new RegExp(definitions.permissions[0]?.[right] ?? "never").test(name);

describe("a broker's definitions", () => {
  it("have a queue, a retry queue and a dead-letter queue for each event, each bound by the event's name", () => {
    expect(definitions.bindings.map(({ source, destination, routing_key: key }) => [source, destination, key])).toEqual(
      ["order.placed", "order.paid"].flatMap((event) => [
        ["shop.events", event, event],
        ["shop.events.retry", `${event}.retry`, event],
        ["shop.events.dead-letter", `${event}.dead-letter`, event],
      ]),
    );
    expect(definitions.queues.map(({ name }) => name).sort()).toEqual(
      definitions.bindings.map(({ destination }) => destination).sort(),
    );
  });

  it("send what is rejected to wait, and what has waited back", () => {
    const policyOf = (queue: string) =>
      definitions.policies.filter(({ pattern }) => new RegExp(pattern).test(queue)).map(({ definition }) => definition);
    expect(policyOf("order.placed")).toMatchObject([{ "dead-letter-exchange": "shop.events.retry" }]);
    expect(policyOf("order.placed.retry")).toMatchObject([
      { "dead-letter-exchange": "shop.events", "message-ttl": 10_000 },
    ]);
    expect(policyOf("order.placed.dead-letter")).toEqual([]);
    expect(policyOf("orderXplaced")).toEqual([]);
  });

  it("let the platform's login publish and consume, and change nothing", () => {
    expect(definitions.users).toEqual([
      { name: "shop", password: secretPlaceholder("shop.BROKER_PASSWORD"), tags: [] },
    ]);
    const tried = ["shop.events", "order.paid", "order.paid.retry", "order.paid.dead-letter", "mine", ""];
    expect(tried.filter((name) => allowed("read", name))).toEqual(["order.paid", "order.paid.dead-letter"]);
    expect(tried.filter((name) => allowed("write", name))).toEqual(["shop.events"]);
    expect(tried.filter((name) => allowed("configure", name))).toEqual([""]);
  });

  it("make a new pod when they change, and none when only the password's value does", () => {
    const hashOf = (stack: typeof objects) =>
      objectOf(stack, "StatefulSet", "shop-broker").spec?.template.metadata?.annotations?.["fleet.dev/config-hash"];
    const more = "{ broker: { kind: inCluster, resources: { memory: { limit: 1Gi } } } }";
    expect(hashOf(renderedObjects(expectResolved(everyDatastore())))).toBe(hashOf(objects));
    expect(hashOf(renderedObjects(expectResolved(everyDatastore(more))))).not.toBe(hashOf(objects));
  });
});

it("a broker counts on its container's memory limit", () => {
  expect(files["rabbitmq.conf"]).toContain(`total_memory_available_override_value = ${512 * 2 ** 20}\n`);
});

it("the Pub/Sub emulator gets its project and topics, no volume and no Secret", () => {
  const { spec } = objectOf(objects, "StatefulSet", "shop-topics");
  expect(spec?.template.spec?.containers[0]?.env).toEqual([
    { name: "PUBSUB_PROJECT_ID", value: "shop-dev" },
    { name: "PUBSUB_TOPICS", value: "clicks,orders" },
    { name: "PORT", value: "8085" },
  ]);
  expect(spec?.volumeClaimTemplates).toBeUndefined();
  expect(objects.has("Secret/shop-topics")).toBe(false);
});
