import { expect } from "vitest";
import { CONTAINER, secretVariables, type Fact } from "./fact.ts";

const documented: readonly (readonly [line: number, service: string, paths: readonly string[]])[] = [
  [118, "mcp-gong", ["/", "/calls", "/calls/{id}/transcript", "/analytics"]],
  [124, "mcp-salesforce", ["/", "/accounts", "/opportunities", "/pipeline"]],
  [130, "mcp-slack", ["/", "/channels", "/channels/{id}/messages", "/analytics"]],
  [136, "mcp-apollo", ["/", "/trends", "/analytics"]],
];

const secrets: readonly (readonly [line: number, service: string, names: readonly string[]])[] = [
  [117, "mcp-gong", ["GONG_ACCESS_TOKEN", "GONG_ACCESS_KEY"]],
  [
    123,
    "mcp-salesforce",
    [
      "SALESFORCE_CLIENT_ID",
      "SALESFORCE_CLIENT_SECRET",
      "SALESFORCE_USERNAME",
      "SALESFORCE_PASSWORD",
      "SALESFORCE_INSTANCE_URL",
    ],
  ],
  [129, "mcp-slack", ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]],
  [135, "mcp-apollo", ["APOLLO_API_KEY"]],
];

/** Services that the seed names by their folders; what it says of all services is checked of each. */
const named: readonly (readonly [line: number, service: string])[] = [
  [21, "mcp-gong"],
  [22, "mcp-salesforce"],
  [23, "mcp-slack"],
  [24, "mcp-apollo"],
  [77, "enrichment-mcp"],
  [77, "support-mcp"],
  [78, "agno-teams"],
  [78, "mcp-agents"],
];

/** Seed 000: Sophia's services, their manifests' standards, and the four whose configuration it spells out. */
export const seed000: readonly Fact[] = [
  ...named.flatMap(([line, service]): Fact[] => {
    const deployment = `Deployment/${service}`;
    return [
      [line, `${service} runs`, deployment, "spec.template.spec.containers[*].name", service],
      [27, `${service} is probed for liveness`, deployment, `${CONTAINER}.livenessProbe.httpGet.path`, "/healthz"],
      [27, `${service} is probed for readiness`, deployment, `${CONTAINER}.readinessProbe.httpGet.path`, "/healthz"],
      [29, `${service} is found by a ClusterIP`, `Service/${service}`, "spec.type", "ClusterIP"],
      [30, `${service} is in the namespace sophia`, deployment, "metadata.namespace", "sophia"],
      [87, `${service} reports at /healthz`, `Contract/${service}`, "health.report", "/healthz"],
      [99, `${service} runs as non-root`, deployment, "spec.template.spec.securityContext.runAsNonRoot", true],
      [106, `${service}'s CPU`, deployment, `${CONTAINER}.resources[requests,limits].cpu`, ["100m", "500m"]],
      [107, `${service}'s memory`, deployment, `${CONTAINER}.resources[requests,limits].memory`, ["128Mi", "512Mi"]],
      [
        109,
        `${service}'s liveness: delay, period, time-out`,
        deployment,
        `${CONTAINER}.livenessProbe[initialDelaySeconds,periodSeconds,timeoutSeconds]`,
        [30, 10, 5],
      ],
      [
        109,
        `${service}'s readiness: delay, period, time-out`,
        deployment,
        `${CONTAINER}.readinessProbe[initialDelaySeconds,periodSeconds,timeoutSeconds]`,
        [5, 5, 3],
      ],
      [
        143,
        `${service} reads sophia-config`,
        deployment,
        `${CONTAINER}.envFrom[*].configMapRef.name`,
        expect.arrayContaining(["sophia-config"]),
      ],
    ];
  }),
  ...documented.map(([line, service, paths]): Fact => {
    return [line, `${service}'s endpoints`, `Contract/${service}`, "endpoints[*].path", paths];
  }),
  ...secrets.flatMap(([line, service, names]) => secretVariables(line, service, "sophia-secrets", names)),
  ...secrets.map(([line, service, names]): Fact => {
    return [line, `${service} gets no other secret`, `Deployment/${service}`, `${CONTAINER}.env.length`, names.length];
  }),
  [150, "locally, images go to localhost:5000", "Stack/dev", "registry.server", "localhost:5000"],
  [117, "TENANT comes from sophia-config", "ConfigMap/sophia-config", "data.TENANT", "default"],
  [142, "there is one Secret for Sophia", "Secret/sophia-secrets", "metadata.namespace", "sophia"],
];
