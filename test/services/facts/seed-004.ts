import { expect } from "vitest";
import { CONTAINER, type Fact } from "./fact.ts";

const services: readonly {
  readonly name: string;
  readonly title: string;
  /** Lines: where it is reached from outside, and where the health script asks it. */
  readonly lines: readonly [reached: number, asked: number];
  readonly nodePort: number;
}[] = [
  { name: "identity", title: "Identity", lines: [31, 280], nodePort: 30101 },
  { name: "ai-orchestrator", title: "AI-Orchestrator", lines: [49, 281], nodePort: 30102 },
  { name: "crm", title: "CRM", lines: [67, 282], nodePort: 30104 },
  { name: "analytics", title: "Analytics", lines: [85, 283], nodePort: 30105 },
];

/** Lines 247 to 250: Service URLs. */
const addresses: readonly (readonly [line: number, service: string, port: number])[] = [
  [247, "identity", 8001],
  [248, "ai-orchestrator", 8002],
  [249, "crm", 8004],
  [250, "analytics", 8005],
];

const sql = (part: string): readonly [object: string, path: string, expected: unknown] => [
  "ConfigMap/bizosaas-postgres-migration",
  "data.*",
  expect.arrayContaining([expect.stringContaining(part)]),
];

/** Seed 004: BizOSaaS' services, addresses, datastores and schema. */
export const seed004: readonly Fact[] = [
  ...services.flatMap(({ name, title, lines: [reached, asked], nodePort }): Fact[] => [
    [asked, `the script asks ${title}`, `SyntheticCheck/${title}`, "requests[*][path]", "/health"],
    [reached, `${name} is reached at ${nodePort}`, `Service/bizosaas-${name}`, "spec.ports[*].nodePort", nodePort],
    [reached, `${name} answers at /health`, `Contract/bizosaas-${name}`, "health.report", "/health"],
    [asked, `${title} is asked`, `HealthCheck/${title}`, "url", `http://localhost:${nodePort}/health`],
  ]),
  ...addresses.flatMap(([line, service, port]): Fact[] => [
    [
      line,
      `${service} listens on ${port}`,
      `Deployment/bizosaas-${service}`,
      `${CONTAINER}.ports[*].containerPort`,
      port,
    ],
    [line, `${service} is served on ${port}`, `Service/bizosaas-${service}`, "spec.ports[*].port", port],
    [
      line,
      `${service}'s DNS name`,
      `Service/bizosaas-${service}`,
      "metadata[name,namespace]",
      [`bizosaas-${service}`, "bizosaas-dev"],
    ],
    [
      101,
      `the frontend is connected to ${service}`,
      "ConfigMap/bizosaas-frontend",
      `data.${service.toUpperCase().replaceAll("-", "_")}_URL`,
      `http://bizosaas-${service}.bizosaas-dev.svc.cluster.local:${port}`,
    ],
  ]),
  [25, "identity binds to 0.0.0.0", "ConfigMap/bizosaas-identity", "data.HOST", "0.0.0.0"],
  [25, "identity is told its port", "ConfigMap/bizosaas-identity", "data.PORT", "8001"],
  [41, "models are on a volume", "Deployment/bizosaas-ai-orchestrator", mount("models"), "/models"],
  [
    41,
    "that volume is a claim of its own",
    "PersistentVolumeClaim/bizosaas-ai-orchestrator-models",
    "spec.accessModes[*]",
    "ReadWriteOnce",
  ],
  [47, "models have 30 seconds to load", "Deployment/bizosaas-ai-orchestrator", startUp(), [1, 30]],
  [59, "CRM pools its connections", "ConfigMap/bizosaas-crm", "data.DATABASE_POOL_MAX", "10"],
  [
    60,
    "CRM asks the AI to score leads",
    "ConfigMap/bizosaas-crm",
    "data.AI_ORCHESTRATOR_URL",
    "http://bizosaas-ai-orchestrator.bizosaas-dev.svc.cluster.local:8002",
  ],
  [65, "CRM documents its leads", "Contract/bizosaas-crm", endpoint("/leads"), ["GET", "POST"]],
  [66, "CRM documents scoring", "Contract/bizosaas-crm", endpoint("/leads/{id}/score"), "GET"],
  [79, "analytics caches in Redis", "Contract/bizosaas-analytics", link("redis"), "REDIS_URL"],
  [103, "the frontend is reached at 30100", "Service/bizosaas-frontend", "spec.ports[*].nodePort", 30100],
  [
    118,
    "liveness is probed",
    "Deployment/bizosaas-identity",
    `${CONTAINER}.livenessProbe.httpGet.path`,
    "/health/live",
  ],
  [
    118,
    "readiness is probed",
    "Deployment/bizosaas-identity",
    `${CONTAINER}.readinessProbe.httpGet.path`,
    "/health/ready",
  ],
  [128, "services know their version", "ConfigMap/bizosaas-identity", "data.SERVICE_VERSION", "1.0.0"],
  [131, "identity checks its database", "Contract/bizosaas-identity", link("database"), "DATABASE_URL"],
  [132, "identity checks Redis", "Contract/bizosaas-identity", link("redis"), "REDIS_URL"],
  [
    167,
    "configuration comes from a ConfigMap",
    "Deployment/bizosaas-identity",
    `${CONTAINER}.envFrom[*].configMapRef.name`,
    "bizosaas-identity",
  ],
  [
    168,
    "credentials come from a Secret",
    "Deployment/bizosaas-identity",
    `${CONTAINER}.envFrom[*].secretRef.name`,
    "bizosaas-identity",
  ],
  [
    171,
    "required variables are checked at start",
    "Contract/bizosaas-identity",
    "required[*]",
    expect.arrayContaining(["DATABASE_URL", "REDIS_URL", "JWT_SECRET"]),
  ],
  [183, "pgvector and uuid-ossp are enabled", "Job/bizosaas-postgres-migration*", extensions(), "uuid-ossp,vector"],
  [
    185,
    "the server takes all pools",
    "StatefulSet/bizosaas-postgres",
    `${CONTAINER}.args[*]`,
    expect.arrayContaining(["max_connections=200"]),
  ],
  [186, "the schema is migrated by a Job", "Job/bizosaas-postgres-migration*", `${CONTAINER}.args[*]`, "up"],
  [187, "tenants are kept apart", ...sql("CREATE POLICY tenant_isolation ON users")],
  [192, "the schema asks for uuid-ossp", ...sql('CREATE EXTENSION IF NOT EXISTS "uuid-ossp";')],
  [193, "the schema asks for vector", ...sql('CREATE EXTENSION IF NOT EXISTS "vector";')],
  [196, "the schema has tenants", ...sql("CREATE TABLE tenants (")],
  [206, "the schema has users", ...sql("CREATE TABLE users (")],
  [213, "an address is unique in its tenant", ...sql("UNIQUE(tenant_id, email)")],
  [217, "rows are secured", ...sql("ALTER TABLE users ENABLE ROW LEVEL SECURITY;")],
  [226, "identity keeps its sessions in Redis", "Contract/bizosaas-identity", link("redis"), "REDIS_URL"],
  [
    229,
    "Redis has a memory limit",
    "StatefulSet/bizosaas-redis",
    `${CONTAINER}.args[*]`,
    inOrder("--maxmemory", "134217728"),
  ],
  [
    229,
    "Redis has an eviction policy",
    "StatefulSet/bizosaas-redis",
    `${CONTAINER}.args[*]`,
    inOrder("--maxmemory-policy", "volatile-lru"),
  ],
  [
    247,
    "identity names itself by its DNS name",
    "ConfigMap/bizosaas-identity",
    "data.SERVICE_NAME",
    "bizosaas-identity",
  ],
  [284, "the frontend is a page", "Contract/bizosaas-frontend", "page.title", "BizOSaaS"],
  [284, "the frontend's page is asked", "HealthCheck/Frontend page", "url", "http://localhost:30100/"],
  [323, "containers have 30 seconds to start", "Deployment/bizosaas-crm", startUp(), [1, 30]],
  [284, "the script asks the front end", "SyntheticCheck/Frontend", "requests[*].expect.answer", "page"],
];

function mount(volume: string): string {
  return `${CONTAINER}.volumeMounts[?(@.name=='${volume}')].mountPath`;
}

/** Period in seconds and number of tries: their product is the time to start. */
function startUp(): string {
  return `${CONTAINER}.startupProbe[periodSeconds,failureThreshold]`;
}

function endpoint(path: string): string {
  return `endpoints[?(@.path=='${path}')].method`;
}

function link(name: string): string {
  return `links[?(@.name=='${name}')].variable`;
}

function extensions(): string {
  return "spec.template.spec.initContainers[?(@.name=='bootstrap')].env[?(@.name=='DATABASE_EXTENSIONS')].value";
}

/** A list in which `second` follows `first`. */
function inOrder(first: string, second: string): unknown {
  return expect.toSatisfy((list: readonly string[]) => list[list.indexOf(first) + 1] === second);
}
