import { link } from "../model/declaration/link.ts";
import { definePlatform, type PlatformDeclaration } from "../model/declaration/platform.ts";
import { definePostgresql } from "../model/declaration/postgresql.ts";
import { defineRedis } from "../model/declaration/redis.ts";
import { random } from "../model/declaration/secret.ts";
import { defineService, type ServiceDeclaration } from "../model/declaration/service.ts";
import type { ResolutionInput } from "../model/resolve/stack.ts";

/** Services that each one links to, those declared before it. */
const LINKS = 3;

/**
 * A stack of one platform with so many services, shaped as the seeds': each on PostgreSQL and Redis, with a secret, a few
 * variables and links to three others; autoscaled, with a disruption budget, behind an ingress.
 */
export function syntheticStack(count: number): ResolutionInput {
  return {
    stack: "synthetic",
    catalogue: [syntheticPlatform(count)],
    migrations: {},
    raw: {
      values: {
        images: { registry: "registry.test/fleet" },
        platforms: {
          synthetic: {
            expose: {
              kind: "ingress",
              domain: "synthetic.test",
              className: "nginx",
              tlsSecret: "synthetic-tls",
              controllerNamespace: "ingress-nginx",
            },
            defaults: {
              autoscaling: { minReplicas: 2, maxReplicas: 3, targetCpuPercent: 70 },
              disruptionBudget: { minAvailable: 1 },
            },
            services: Object.fromEntries(
              Array.from({ length: count }, (_, index) => [nameOf(index), { version: `1.0.${index}` }]),
            ),
          },
        },
      },
      secrets: [],
    },
  };
}

function syntheticPlatform(count: number): PlatformDeclaration {
  const postgres = definePostgresql({
    name: "postgres",
    seeds: [],
    version: "17",
    database: "synthetic",
    extensions: [],
    // Enough for all pools: what is measured is a stack that resolves.
    maxConnections: 20 * count + 100,
    storage: "10Gi",
  });
  const redis = defineRedis({
    name: "redis",
    seeds: [],
    version: "7",
    uses: ["cache"],
    maxMemory: "128Mi",
    evictionPolicy: "allkeys-lru",
    storage: "1Gi",
  });
  const services: ServiceDeclaration[] = [];
  for (let index = 0; index < count; index += 1) {
    services.push(
      defineService({
        name: nameOf(index),
        seeds: [],
        language: "python",
        port: 8000,
        host: nameOf(index),
        environment: { LOG_LEVEL: "info", REGION: "eu" },
        endpoints: ["GET /items", "POST /items", "GET /items/{id}"],
        secrets: { [`TOKEN_${index}`]: random(40) },
        links: [link(postgres), link(redis), ...services.slice(-LINKS).map((target) => link(target))],
      }),
    );
  }
  return definePlatform({
    name: "synthetic",
    title: "Synthetic",
    seeds: [],
    objectPrefix: "synthetic",
    version: "1.0.0",
    defaults: {},
    services,
    datastores: [postgres, redis],
  });
}

function nameOf(index: number): string {
  return `service-${index}`;
}
