import { imagePlaceholder, secretPlaceholder } from "../placeholder.ts";
import type { ResolvedQdrant } from "../resolve/resolved.ts";
import { DATA_VOLUME, type EngineParts } from "./engine-parts.ts";
import type { PodIdentity } from "./pod.ts";

/** The user of the official image's `unprivileged` variants. */
const qdrantIdentity: PodIdentity = { user: 1000, group: 1000 };

/** A Qdrant server; its health paths need no API key (Qdrant documentation: Monitoring). */
export function qdrantParts(datastore: Extract<ResolvedQdrant, { kind: "inCluster" }>): EngineParts {
  const { objectName, port } = datastore;
  const answers = (path: string) => ({ httpGet: { path, port }, timeoutSeconds: 3 });
  return {
    identity: qdrantIdentity,
    stored: true,
    secret: { QDRANT__SERVICE__API_KEY: secretPlaceholder(datastore.password.key) },
    container: {
      name: "qdrant",
      image: imagePlaceholder(datastore.image),
      env: [
        { name: "QDRANT__SERVICE__HTTP_PORT", value: String(port) },
        { name: "QDRANT__STORAGE__STORAGE_PATH", value: "/qdrant/storage" },
        { name: "QDRANT__STORAGE__SNAPSHOTS_PATH", value: "/qdrant/storage/snapshots" },
        { name: "QDRANT_INIT_FILE_PATH", value: "/qdrant/storage/.initialized" },
        { name: "QDRANT__TELEMETRY_DISABLED", value: "true" },
      ],
      envFrom: [{ secretRef: { name: objectName } }],
      ports: [{ name: "qdrant", containerPort: port, protocol: "TCP" }],
      startupProbe: { ...answers("/readyz"), periodSeconds: 1, failureThreshold: 120 },
      readinessProbe: { ...answers("/readyz"), periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...answers("/livez"), periodSeconds: 10, failureThreshold: 6 },
      volumeMounts: [
        { name: DATA_VOLUME, mountPath: "/qdrant/storage" },
        { name: "tmp", mountPath: "/tmp" },
      ],
    },
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
  };
}
