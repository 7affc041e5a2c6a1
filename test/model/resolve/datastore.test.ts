import { describe, expect, it } from "vitest";
import { secretPlaceholder } from "../../../model/placeholder.ts";
import { secretsOf } from "../../../model/resolve/secrets-of.ts";
import { renderEnvironment } from "../../../model/render/environment.ts";
import { everyDatastore, pageLink } from "../datastore-fixtures.ts";
import { expectResolved, issuesOf, onlyPlatform, serviceOf } from "../stack-fixtures.ts";

const elsewhere = (more = "") => `{ kind: external, host: h.test, port: 4443, addresses: [192.0.2.1/32]${more} }`;
const digest = `sha256:${"0".repeat(64)}`;
const pinned = `{ kind: inCluster, image: { kind: pinned, repository: docker.io/qdrant/qdrant, digest: "${digest}" } }`;
const host = (name: string) => `shop-${name}.shop.svc.cluster.local`;
const secret = (name: string) => secretPlaceholder(`shop.${name}`);

describe("a link's variables", () => {
  it.each([
    ["broker", "RABBITMQ_URL", `amqp://shop:${secret("BROKER_PASSWORD")}@${host("broker")}:5672/shop%2Feu`, {}],
    [
      "documents",
      "MONGODB_URL",
      `mongodb://shop_app:${secret("DOCUMENTS_PASSWORD")}@${host("documents")}:27017/shop?authSource=shop`,
      {},
    ],
    ["vectors", "QDRANT_URL", `http://${host("vectors")}:6333`, { QDRANT_API_KEY: secret("VECTORS_API_KEY") }],
    [
      "topics",
      "PUBSUB_EMULATOR_HOST",
      `${host("topics")}:8085`,
      { PUBSUB_PROJECT_ID: "shop-dev", GOOGLE_CLOUD_PROJECT: "shop-dev" },
    ],
  ])("to %s in the cluster start with %s", (target, variable, url, environment) => {
    expect(pageLink(target, `{ vectors: ${pinned} }`)).toMatchObject({ variable, url, environment, required: true });
  });

  it.each([
    ["broker", "RABBITMQ_URL", `amqps://shop:${secret("BROKER_PASSWORD")}@h.test:4443/shop%2Feu`],
    [
      "documents",
      "MONGODB_URL",
      `mongodb://shop_app:${secret("DOCUMENTS_PASSWORD")}@h.test:4443/shop?authSource=shop&tls=true`,
    ],
    ["vectors", "QDRANT_URL", "https://h.test:4443"],
    ["topics", "PUBSUB_ENDPOINT", "https://h.test:4443"],
  ])("to %s outside use TLS", (target, variable, url) => {
    expect(pageLink(target, `{ ${target}: ${elsewhere()} }`)).toMatchObject({ kind: "external", variable, url });
  });

  it("name the project of the real Pub/Sub that a stack gives", () => {
    expect(pageLink("topics", `{ topics: ${elsewhere(", project: acme-prod")} }`)?.environment).toEqual({
      PUBSUB_PROJECT_ID: "acme-prod",
      GOOGLE_CLOUD_PROJECT: "acme-prod",
    });
  });

  it("to Neon are both ways in: by SNI, and by the endpoint as an option (seed 003)", () => {
    const neon = elsewhere(", fallback: { host: pg.neon.tech, endpoint: ep-rough-dew-af6w48m3 }");
    const login = `shop_app:${secret("DB_APP_PASSWORD")}`;
    expect(pageLink("db", `{ db: ${neon} }`)).toMatchObject({
      url: `postgresql://${login}@h.test:4443/shop?sslmode=verify-full`,
      environment: {
        DATABASE_FALLBACK_URL: `postgresql://${login}@pg.neon.tech:4443/shop?sslmode=verify-full&options=endpoint%3Dep-rough-dew-af6w48m3`,
      },
    });
  });
});

describe("a datastore that the stack says is absent", () => {
  const stack = expectResolved(everyDatastore("{ broker: { kind: absent, reason: no broker here } }"));

  it("is told with its reason, and nothing of it is deployed", () => {
    expect(stack.absent).toContainEqual({
      platform: "shop",
      datastore: "broker",
      engine: "rabbitmq",
      reason: "no broker here",
    });
    expect(onlyPlatform(stack).datastores.map(({ name }) => name)).not.toContain("broker");
    expect(Object.keys(stack.images)).not.toContain("rabbitmq");
    expect(secretsOf(stack).map(({ key }) => key)).not.toContain("shop.BROKER_PASSWORD");
  });

  it("leaves its dependants without a variable, and reported as absent, never as required", () => {
    const page = serviceOf(stack, "page");
    const { plain, secret: hidden } = renderEnvironment(page);
    const contract = JSON.parse(plain["REFERENCE_CONTRACT"] ?? "{}") as { required: string[]; links: object[] };
    expect({ ...plain, ...hidden }).not.toHaveProperty("RABBITMQ_URL");
    expect(contract.required).not.toContain("RABBITMQ_URL");
    expect(contract.links).toContainEqual({
      name: "broker",
      kind: "absent",
      reason: "no broker here",
      required: false,
    });
  });
});

describe("Qdrant, of which fleet builds no image,", () => {
  it("is absent unless a stack says otherwise", () => {
    expect(expectResolved(everyDatastore()).absent).toMatchObject([{ datastore: "vectors", engine: "qdrant" }]);
  });

  it("needs a pinned image in the cluster", () => {
    expect(issuesOf(everyDatastore("{ vectors: { kind: inCluster } }"))).toMatchObject([
      { path: "fleet:platforms.shop.datastores.vectors" },
    ]);
    expect(expectResolved(everyDatastore(`{ vectors: ${pinned} }`)).absent).toEqual([]);
  });
});

it.each([
  ["fallback", `{ broker: ${elsewhere(", fallback: { host: h, endpoint: e }")} }`, "broker"],
  ["project", `{ db: ${elsewhere(", project: p")} }`, "db"],
  ["storage", "{ topics: { kind: inCluster, storage: 1Gi } }", "topics"],
  ["backup", "{ documents: { kind: inCluster, backup: { keep: 3 } } }", "documents"],
])("%s is an issue where the engine does not know it", (key, datastores, name) => {
  expect(issuesOf(everyDatastore(datastores))).toMatchObject([
    { path: `fleet:platforms.shop.datastores.${name}.${key}`, fix: "remove it" },
  ]);
});
