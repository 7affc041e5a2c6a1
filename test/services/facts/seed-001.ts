import { expect } from "vitest";
import { CONTAINER, type Fact } from "./fact.ts";

const services: readonly (readonly [line: number, service: string, title: string, port: number, health: string])[] = [
  [184, "api-gateway", "API Gateway", 3000, "/api/v1/health"],
  [185, "speaker-service", "Speaker Service", 3001, "/health"],
  [186, "draft-service", "Draft Service", 3002, "/health"],
  [187, "rag-service", "RAG Service", 3003, "/health"],
  [188, "evaluation-service", "Evaluation Service", 3004, "/health"],
];

const events: readonly (readonly [line: number, event: string])[] = [
  [51, "speaker.created"],
  [52, "draft.ingested"],
  [53, "dfn.generated"],
  [54, "evaluation.completed"],
];

const topology = 'stringData["definitions.json"]';

/** Seed 001: Draft Genie's services, health paths, datastores, events and work flow. */
export const seed001: readonly Fact[] = [
  ...services.flatMap(([line, service, title, port, health]): Fact[] => {
    const deployment = `Deployment/${service}`;
    return [
      [line, `${service} listens on ${port}`, deployment, `${CONTAINER}.ports[*].containerPort`, port],
      [line, `${service} is served on ${port}`, `Service/${service}`, "spec.ports[*].port", port],
      [line, `${service} is ready by ${health}`, deployment, `${CONTAINER}.readinessProbe.httpGet.path`, health],
      [line, `${service} reports at ${health}`, `Contract/${service}`, "health.report", health],
      [line, `${service} lives by its port`, deployment, `${CONTAINER}.livenessProbe.tcpSocket.port`, port],
      [144, `${title} is what people call it`, `HealthCheck/${title}`, "service", title],
      [226, `${service} runs as non-root`, deployment, "spec.template.spec.securityContext.runAsNonRoot", true],
    ];
  }),
  [
    32,
    "the workflow is checked",
    "SyntheticCheck/Complete workflow",
    "requests[*].service.name",
    services.map(([, name]) => name),
  ],
  [
    39,
    "the authentication is checked",
    "SyntheticCheck/Authentication flow",
    "requests[*].service.name",
    "api-gateway",
  ],
  [
    50,
    "the events are checked",
    "SyntheticCheck/Event-driven workflow",
    "requests[*].expect.connected[*]",
    services.slice(1).map(() => "rabbitmq"),
  ],
  [
    64,
    "what does not exist is checked",
    "SyntheticCheck/Error scenarios",
    "requests[0].expect.status",
    [401, 403, 404],
  ],
  [66, "malformed JSON is checked", "SyntheticCheck/Error scenarios", "requests[1].body", "{ malformed"],
  [162, "PostgreSQL is there", "StatefulSet/postgres", `${CONTAINER}.name`, "postgresql"],
  [163, "MongoDB is there", "StatefulSet/mongodb", `${CONTAINER}.name`, "mongodb"],
  [164, "Qdrant is there", "StatefulSet/qdrant", `${CONTAINER}.name`, "qdrant"],
  [165, "Redis is there", "StatefulSet/redis", `${CONTAINER}.name`, "redis"],
  [166, "RabbitMQ is there", "StatefulSet/rabbitmq", `${CONTAINER}.name`, "rabbitmq"],
  ...events.flatMap(([line, event]): Fact[] => [
    [line, `${event} has a queue`, "Secret/rabbitmq", topology, expect.stringContaining(`"${event}"`)],
    [
      57,
      `${event} has a dead-letter queue`,
      "Secret/rabbitmq",
      topology,
      expect.stringContaining(`${event}.dead-letter`),
    ],
    [58, `${event} is retried`, "Secret/rabbitmq", topology, expect.stringContaining(`${event}.retry`)],
  ]),
  ...["speaker-service", "draft-service", "rag-service", "evaluation-service"].map((service): Fact => {
    const path = "links[?(@.kind=='rabbitmq')].variable";
    return [51, `${service} has the broker`, `Contract/${service}`, path, "RABBITMQ_URL"];
  }),
  [33, "Draft asks Speaker", "ConfigMap/draft-service", "data.SPEAKER_SERVICE_URL", url("speaker-service", 3001)],
  [33, "RAG asks Draft", "ConfigMap/rag-service", "data.DRAFT_SERVICE_URL", url("draft-service", 3002)],
  [33, "Evaluation asks RAG", "ConfigMap/evaluation-service", "data.RAG_SERVICE_URL", url("rag-service", 3003)],
  ...services.slice(1).map(([line, service, , port]): Fact => {
    const variable = `${service.toUpperCase().replaceAll("-", "_")}_URL`;
    return [
      48,
      `the gateway is a proxy of ${service} (${line})`,
      "ConfigMap/api-gateway",
      `data.${variable}`,
      url(service, port),
    ];
  }),
  [250, "the gateway signs its tokens", "Secret/api-gateway", "stringData.JWT_SECRET", expect.any(String)],
  [251, "the gateway knows an API key", "Secret/api-gateway", "stringData.API_KEY", expect.any(String)],
  [252, "the gateway counts for its rate limits", "Secret/api-gateway", "stringData.REDIS_URL", expect.any(String)],
];

function url(service: string, port: number): string {
  return `http://${service}.draft-genie.svc.cluster.local:${port}`;
}
