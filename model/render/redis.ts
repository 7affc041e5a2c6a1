import { imagePlaceholder, secretPlaceholder } from "../placeholder.ts";
import { bytes } from "../quantity.ts";
import type { ResolvedRedis } from "../resolve/resolved.ts";
import { DATA_VOLUME, type EngineParts } from "./engine-parts.ts";
import type { PodIdentity } from "./pod.ts";

/** The `redis` user of docker/redis and of the official image. */
export const redisIdentity: PodIdentity = { user: 999, group: 999 };

/**
 * A Redis server, with its memory limit and eviction policy (seed 004, task 1.3.2). The password stands in a file: as an
 * argument it would show in the process list.
 */
export function redisParts(datastore: Extract<ResolvedRedis, { kind: "inCluster" }>): EngineParts {
  const password = secretPlaceholder(datastore.password.key);
  const { declaration, objectName, port } = datastore;
  const ping = {
    exec: { command: ["redis-cli", "-e", "-h", "127.0.0.1", "-p", String(port), "ping"] },
    timeoutSeconds: 3,
  };
  return {
    identity: redisIdentity,
    stored: true,
    secret: { "redis.conf": `requirepass ${password}\n`, REDISCLI_AUTH: password },
    container: {
      name: "redis",
      image: imagePlaceholder(datastore.image),
      args: [
        "redis-server",
        "/etc/fleet/redis.conf",
        "--port",
        String(port),
        "--dir",
        "/data",
        "--appendonly",
        "yes",
        "--maxmemory",
        String(bytes(declaration.maxMemory)),
        "--maxmemory-policy",
        declaration.evictionPolicy,
      ],
      ports: [{ name: "redis", containerPort: port, protocol: "TCP" }],
      env: [{ name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: objectName, key: "REDISCLI_AUTH" } } }],
      startupProbe: { ...ping, periodSeconds: 1, failureThreshold: 60 },
      readinessProbe: { ...ping, periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...ping, periodSeconds: 10, failureThreshold: 6 },
      volumeMounts: [
        { name: DATA_VOLUME, mountPath: "/data" },
        { name: "configuration", mountPath: "/etc/fleet", readOnly: true },
        { name: "tmp", mountPath: "/tmp" },
      ],
    },
    volumes: [
      {
        name: "configuration",
        secret: { secretName: objectName, items: [{ key: "redis.conf", path: "redis.conf" }] },
      },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ],
  };
}
