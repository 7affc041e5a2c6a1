import { imagePlaceholder } from "../placeholder.ts";
import { bytes } from "../quantity.ts";
import type { ResolvedRabbitmq } from "../resolve/resolved.ts";
import { DATA_VOLUME, type EngineParts } from "./engine-parts.ts";
import type { PodIdentity } from "./pod.ts";
import { rabbitmqDefinitions } from "./rabbitmq-definitions.ts";

type InClusterRabbitmq = Extract<ResolvedRabbitmq, { kind: "inCluster" }>;

/** The `rabbitmq` user of docker/rabbitmq and of the official image. */
const rabbitmqIdentity: PodIdentity = { user: 999, group: 999 };

const FILES = "/etc/fleet";

/** A RabbitMQ broker with its topology. No plugins and no management login: `rabbitmqctl` works inside the pod. */
export function rabbitmqParts(datastore: InClusterRabbitmq): EngineParts {
  const { objectName, port } = datastore;
  // The listener opens once the definitions are loaded. The broker's own command would start a second Erlang for each probe.
  const accepts = { tcpSocket: { port }, timeoutSeconds: 3 };
  const files = {
    "rabbitmq.conf": configuration(datastore),
    "definitions.json": `${JSON.stringify(rabbitmqDefinitions(datastore), null, 2)}\n`,
    enabled_plugins: "[].\n",
  };
  return {
    identity: rabbitmqIdentity,
    stored: true,
    secret: files,
    files,
    container: {
      name: "rabbitmq",
      image: imagePlaceholder(datastore.image),
      args: ["rabbitmq-server"],
      env: [
        { name: "RABBITMQ_CONFIG_FILE", value: `${FILES}/rabbitmq.conf` },
        { name: "RABBITMQ_ENABLED_PLUGINS_FILE", value: `${FILES}/enabled_plugins` },
        // The name is part of the data's path: it must not follow the pod's.
        { name: "RABBITMQ_NODENAME", value: "rabbit@localhost" },
        { name: "ERL_EPMD_ADDRESS", value: "127.0.0.1" },
        // Erlang's cookie must be its owner's alone, and a volume's files are opened to the group at each mount.
        { name: "HOME", value: "/run/rabbitmq" },
        { name: "RABBITMQ_LOGS", value: "-" },
        { name: "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", value: ERLANG_ARGUMENTS },
      ],
      ports: [{ name: "rabbitmq", containerPort: port, protocol: "TCP" }],
      startupProbe: { ...accepts, periodSeconds: 1, failureThreshold: 180 },
      readinessProbe: { ...accepts, periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...accepts, periodSeconds: 10, failureThreshold: 6 },
      volumeMounts: [
        { name: DATA_VOLUME, mountPath: "/var/lib/rabbitmq" },
        { name: "files", mountPath: FILES, readOnly: true },
        { name: "run", mountPath: "/run/rabbitmq" },
        { name: "tmp", mountPath: "/tmp" },
      ],
    },
    volumes: [
      {
        name: "files",
        secret: { secretName: objectName, items: Object.keys(files).map((key) => ({ key, path: key })) },
      },
      { name: "run", emptyDir: { sizeLimit: "16Mi" } },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ],
  };
}

// One scheduler that sleeps when there is nothing to do; one node, so nothing listens for others.
const ERLANG_ARGUMENTS = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}";

function configuration({ port, resources }: InClusterRabbitmq): string {
  const lines = [
    `listeners.tcp.default = ${port}`,
    "definitions.import_backend = local_filesystem",
    `definitions.local.path = ${FILES}/definitions.json`,
    // The container's limit, which it would not see by itself on every host.
    `total_memory_available_override_value = ${bytes(resources.memory.limit)}`,
    "vm_memory_high_watermark.relative = 0.6",
    // Quorum queues keep their log in memory until it is written; the default is 512 MiB.
    "raft.wal_max_size_bytes = 33554432",
    "log.console = true",
    "log.console.level = warning",
    // A probe of the port is a client that leaves at once: two warnings every five seconds.
    "log.connection.level = error",
  ];
  return `${lines.join("\n")}\n`;
}
