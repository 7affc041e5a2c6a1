import { imagePlaceholder } from "../placeholder.ts";
import type { ResolvedPubsub } from "../resolve/resolved.ts";
import type { EngineParts } from "./engine-parts.ts";
import { NON_ROOT_ID } from "./pod.ts";

/** Google's Pub/Sub emulator with the declared topics. It knows no logins: who may call, the network policy says. */
export function pubsubParts(datastore: Extract<ResolvedPubsub, { kind: "inCluster" }>): EngineParts {
  const { declaration, port, project } = datastore;
  const accepts = { tcpSocket: { port }, timeoutSeconds: 3 };
  return {
    identity: { user: NON_ROOT_ID, group: NON_ROOT_ID },
    stored: false,
    secret: {},
    container: {
      name: "pubsub",
      image: imagePlaceholder(datastore.image),
      env: [
        { name: "PUBSUB_PROJECT_ID", value: project },
        { name: "PUBSUB_TOPICS", value: declaration.topics.join(",") },
        { name: "PORT", value: String(port) },
      ],
      ports: [{ name: "pubsub", containerPort: port, protocol: "TCP" }],
      startupProbe: { ...accepts, periodSeconds: 1, failureThreshold: 60 },
      readinessProbe: { ...accepts, periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...accepts, periodSeconds: 10, failureThreshold: 6 },
    },
    volumes: [],
  };
}
