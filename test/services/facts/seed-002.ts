import { CONTAINER, type Fact } from "./fact.ts";

const services: readonly (readonly [line: number, service: string, title: string, port: number])[] = [
  [129, "event-ingestion", "Event Ingestion", 3001],
  [130, "behavioral-analysis", "Behavioral Analysis", 3002],
  [131, "decision-engine", "Decision Engine", 3003],
  [132, "content-generation", "Content Generation", 3004],
  [133, "channel-orchestrator", "Channel Orchestrator", 3005],
  [134, "ai-orchestration", "AI Orchestration", 3006],
];

/** Seed 002: User Whisperer's services, ports, health paths and datastores. */
export const seed002: readonly Fact[] = [
  ...services.flatMap(([line, service, title, port]): Fact[] => {
    const deployment = `Deployment/${service}`;
    const link = (kind: string) => `links[?(@.kind=='${kind}')].required`;
    return [
      [line, `${service} listens on ${port}`, deployment, `${CONTAINER}.ports[*].containerPort`, port],
      [line, `${service} is served on ${port}`, `Service/${service}`, "spec.ports[*].port", port],
      [line, `${title} is what people call it`, `HealthCheck/${title}`, "service", title],
      [44, `${service} runs as non-root`, deployment, "spec.template.spec.securityContext.runAsNonRoot", true],
      [52, `${service} reports at /health`, `Contract/${service}`, "health.report", "/health"],
      [53, `${service} is ready`, deployment, `${CONTAINER}.readinessProbe.httpGet.path`, "/health/ready"],
      [54, `${service} is alive`, deployment, `${CONTAINER}.livenessProbe.httpGet.path`, "/health/live"],
      [55, `${service} checks its database`, `Contract/${service}`, link("postgresql"), true],
      [55, `${service} checks Redis`, `Contract/${service}`, link("redis"), true],
      [116, `${service} has Pub/Sub`, `Contract/${service}`, link("pubsub"), true],
    ];
  }),
  [114, "PostgreSQL is there", "Service/postgres", "spec.ports[*].port", 5432],
  [125, "PostgreSQL listens on 5432", "StatefulSet/postgres", `${CONTAINER}.ports[*].containerPort`, 5432],
  [126, "Redis listens on 6379", "StatefulSet/redis", `${CONTAINER}.ports[*].containerPort`, 6379],
  [116, "the Pub/Sub emulator is there", "Service/pubsub", "spec.ports[*].port", 8085],
  ...services.flatMap(([, , title]): Fact[] => [
    [181, `${title} is asked through the gateway`, `SyntheticCheck/${title} through the gateway`, "through", "gateway"],
  ]),
];
