import { expect } from "vitest";
import { CONTAINER, type Fact } from "./fact.ts";

const CALLERS = "spec.ingress[*].from[*].podSelector.matchLabels['app.kubernetes.io/name']";

const services: readonly (readonly [line: number, service: string, title: string, port: number])[] = [
  [129, "event-ingestion", "Event Ingestion", 3001],
  [130, "behavioral-analysis", "Behavioral Analysis", 3002],
  [131, "decision-engine", "Decision Engine", 3003],
  [132, "content-generation", "Content Generation", 3004],
  [133, "channel-orchestrator", "Channel Orchestrator", 3005],
  [134, "ai-orchestration", "AI Orchestration", 3006],
];

const KONG = "KongConfiguration/kong";

/** Seed 002, Kong API Gateway, and what is asked of it. */
const kong: readonly Fact[] = [
  [112, "Kong has no database", "ConfigMap/kong", "data.KONG_DATABASE", "off"],
  [112, "Kong's configuration is declarative", KONG, "_format_version", "3.0"],
  [121, "Kong's proxy listens on 8000", "Deployment/kong", `${CONTAINER}.ports[*].containerPort`, 8000],
  [121, "Kong's proxy is served on 8000", "Service/kong", "spec.ports[*].port", 8000],
  [122, "Kong's admin API listens on 8001", "ConfigMap/kong", "data.KONG_ADMIN_LISTEN", "127.0.0.1:8001"],
  ...services.flatMap(([, service, , port]): Fact[] => {
    const url = `http://${service}.user-whisperer.svc.cluster.local:${port}`;
    const named = (name: string) => `services[?(@.name=='${name}')]`;
    return [
      [60, `Kong routes to ${service}`, KONG, `${named(service)}[url,routes]`, [url, [route(service, `/${service}`)]]],
      [64, `Kong limits the rate of ${service}`, KONG, plugin(service, "rate-limiting", "policy"), "local"],
      [181, `Kong asks ${service} for its health`, KONG, `${named(`${service}-health`)}.url`, `${url}/health`],
      [
        181,
        `Kong is asked for ${service}'s health`,
        KONG,
        `${named(`${service}-health`)}.routes[*].paths[*]`,
        `/health/${service}`,
      ],
      [60, `${service} lets Kong in`, `NetworkPolicy/${service}`, CALLERS, "kong"],
    ];
  }),
  [62, "the public API asks for a key", KONG, plugin("event-ingestion", "key-auth", "key_names[*]"), "apikey"],
  ...services.slice(1).map(([, service]): Fact => {
    const privately = expect.arrayContaining(["10.0.0.0/8"]) as unknown;
    return [63, `${service} is for internal callers`, KONG, plugin(service, "ip-restriction", "allow"), privately];
  }),
  [64, "Kong limits the rate of everything", KONG, globally("rate-limiting", "config.minute"), 1000],
  [65, "Kong answers pages of other origins", KONG, globally("cors", "config.origins[*]"), "*"],
  [66, "Kong counts for Prometheus", KONG, globally("prometheus", "name"), "prometheus"],
  [67, "consumers have API keys", KONG, "consumers[*].keyauth_credentials[*].key", expect.any(String)],
  [146, "requests are logged", KONG, globally("file-log", "config.path"), "/dev/stdout"],
];

function route(name: string, path: string) {
  return { name, paths: [path], strip_path: true };
}

function plugin(service: string, name: string, path: string): string {
  return `services[?(@.name=='${service}')].plugins[?(@.name=='${name}')].config.${path}`;
}

function globally(name: string, path: string): string {
  return `plugins[?(@.name=='${name}')].${path}`;
}

/** Seed 002: User Whisperer's services, ports, health paths, datastores, and Kong before them. */
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
  ...kong,
  [114, "PostgreSQL is there", "Service/postgres", "spec.ports[*].port", 5432],
  [125, "PostgreSQL listens on 5432", "StatefulSet/postgres", `${CONTAINER}.ports[*].containerPort`, 5432],
  [126, "Redis listens on 6379", "StatefulSet/redis", `${CONTAINER}.ports[*].containerPort`, 6379],
  [116, "the Pub/Sub emulator is there", "Service/pubsub", "spec.ports[*].port", 8085],
  ...services.flatMap(([, , title]): Fact[] => [
    [181, `${title} is asked through the gateway`, `SyntheticCheck/${title} through the gateway`, "through", "gateway"],
  ]),
];
