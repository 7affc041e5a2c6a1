import { expect } from "vitest";
import { CONTAINER, type Fact } from "./fact.ts";

const built: readonly (readonly [line: number, services: readonly string[]])[] = [
  [59, ["mcp-research", "mcp-context", "mcp-agents", "mcp-business"]],
  [60, ["comms-mcp", "crm-mcp", "analytics-mcp"]],
  [61, ["sophia-dashboard", "sophia-business", "sophia-hubspot", "sophia-github", "sophia-lambda"]],
];

const synthetics: readonly (readonly [line: number, check: string, service: string, path: string, payload: unknown])[] =
  [
    [143, "Slack post", "comms-mcp", "/slack/post", ["channel", "message", "username"]],
    [149, "CRM task", "crm-mcp", "/tasks/create", ["subject", "description", "priority", "assignee"]],
    [155, "Neon query", "analytics-mcp", "/query/neon", "query"],
  ];

const STAGING = "Stack/staging";
const IMAGE = "images['reference-workload'].buildx";

/** Seed 003: the services that Sophia's pipeline builds, its synthetic checks' endpoints, and Neon. */
export const seed003: readonly Fact[] = [
  [53, "images are built for two architectures", STAGING, `${IMAGE}.platforms[*]`, ["linux/amd64", "linux/arm64"]],
  [54, "images go to GitHub's registry", STAGING, "registry.server", "ghcr.io"],
  [55, "builds have a cache", STAGING, `${IMAGE}.cache`, "ghcr.io/fleet/reference-workload"],
  ...built.flatMap(([line, services]) =>
    services.flatMap((service): Fact[] => [
      [line, `${service} runs`, `Deployment/${service}`, `${CONTAINER}.name`, service],
      [line, `${service} listens on 8000`, `Deployment/${service}`, `${CONTAINER}.ports[*].containerPort`, 8000],
      [
        line,
        `${service} is ready by /healthz`,
        `Deployment/${service}`,
        `${CONTAINER}.readinessProbe.httpGet.path`,
        "/healthz",
      ],
      [308, `${service} is guarded`, `NetworkPolicy/${service}`, "spec.policyTypes", ["Ingress", "Egress"]],
    ]),
  ),
  [
    88,
    "mcp-research is found by its name",
    "Service/mcp-research",
    "metadata[name,namespace]",
    ["mcp-research", "sophia"],
  ],
  [225, "mcp-research can be rolled back", "Deployment/mcp-research", "spec.revisionHistoryLimit", 3],
  [226, "mcp-context can be rolled back", "Deployment/mcp-context", "spec.revisionHistoryLimit", 3],
  [143, "Slack's synthetic check", "Contract/comms-mcp", "endpoints[*]", { method: "POST", path: "/slack/post" }],
  [149, "the CRM's synthetic check", "Contract/crm-mcp", "endpoints[*]", { method: "POST", path: "/tasks/create" }],
  [155, "Neon's synthetic check", "Contract/analytics-mcp", "endpoints[*]", { method: "POST", path: "/query/neon" }],
  ...synthetics.flatMap(([line, check, service, path, payload]): Fact[] => [
    [line, `${check} asks ${service}`, `SyntheticCheck/${check}`, "requests[*].service.name", service],
    [line, `${check} posts`, `SyntheticCheck/${check}`, "requests[*][method,path]", ["POST", path]],
    [line + 1, `${check} sends what is asked for`, `SyntheticCheck/${check}`, "requests[*].body.*~", payload],
    [line + 2, `${check} expects HTTP 200`, `SyntheticCheck/${check}`, "requests[*].expect.status[*]", 200],
    [line + 3, `${check} has 15 seconds`, `SyntheticCheck/${check}`, "timeoutSeconds", 15],
  ]),
  [136, "analytics-mcp has the database", "Contract/analytics-mcp", "links[*][kind,required]", ["postgresql", true]],
  [
    136,
    "a lost database does not restart analytics-mcp",
    "Deployment/analytics-mcp",
    `${CONTAINER}.livenessProbe.tcpSocket.port`,
    8000,
  ],
  [
    124,
    "the database is neondb's owner's",
    "Secret/neon-migration",
    "stringData.DATABASE_URL",
    expect.stringMatching(/neondb_owner:.*\/neondb$/),
  ],
  ...(["do", "undo"] as const).map((action): Fact => [
    105,
    `Neon is migrated by 001_audit.sql (${action})`,
    "ConfigMap/neon-migration",
    `data['001.${action}.audit.sql']`,
    expect.stringContaining("audit.events"),
  ]),
  [271, "services know their version", "ConfigMap/mcp-research", "data.SERVICE_VERSION", "1.1.0"],
];
