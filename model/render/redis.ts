import { imagePlaceholder, secretPlaceholder } from "../placeholder.ts";
import { bytes } from "../quantity.ts";
import { generationOf } from "../resolve/login.ts";
import type { Login, ResolvedRedis, ResolvedSecret } from "../resolve/resolved.ts";
import { DATA_VOLUME, type EngineParts, type LoginsJob } from "./engine-parts.ts";
import type { PodIdentity } from "./pod.ts";

type InClusterRedis = Extract<ResolvedRedis, { kind: "inCluster" }>;

/** The `redis` user of docker/redis and of the official image. */
export const redisIdentity: PodIdentity = { user: 999, group: 999 };

const ACL_FILE = "users.acl";

/**
 * A Redis server, with its memory limit and eviction policy (seed 004, task 1.3.2). Its users stand in a file: as
 * arguments, passwords would show in the process list.
 */
export function redisParts(datastore: InClusterRedis): EngineParts {
  const { declaration, objectName, port, administrator, application } = datastore;
  const ping = {
    exec: { command: ["redis-cli", "-e", "-h", "127.0.0.1", "-p", String(port), "ping"] },
    timeoutSeconds: 3,
  };
  const secrets = [application, ...(administrator ? [administrator] : [])].flatMap(({ password }) => [
    password,
    ...(password.previous ? [password.previous] : []),
  ]);
  const changes = secrets.some((secret) => generationOf(secret) > 1);
  return {
    identity: redisIdentity,
    stored: true,
    secret: {
      [ACL_FILE]: accessControlList(datastore),
      ...(administrator ? { ADMIN_PASSWORD: secretPlaceholder(administrator.password.key) } : {}),
      ...(administrator?.password.previous
        ? { ADMIN_PREVIOUS_PASSWORD: secretPlaceholder(administrator.password.previous.key) }
        : {}),
    },
    // Generated passwords change by generations, which the Job brings to the running server.
    readAtStart: secrets.filter((secret) => !isGenerated(secret)).map(({ key }) => key),
    ...(changes ? { loginsJob: loginsJob(datastore) } : {}),
    container: {
      name: "redis",
      image: imagePlaceholder(datastore.image),
      args: [
        "redis-server",
        "--port",
        String(port),
        "--dir",
        "/data",
        "--aclfile",
        `/etc/fleet/${ACL_FILE}`,
        // It would refuse every other pod, for the probes' user has no password.
        "--protected-mode",
        "no",
        "--appendonly",
        "yes",
        "--maxmemory",
        String(bytes(declaration.maxMemory)),
        "--maxmemory-policy",
        declaration.evictionPolicy,
      ],
      ports: [{ name: "redis", containerPort: port, protocol: "TCP" }],
      startupProbe: { ...ping, periodSeconds: 1, failureThreshold: 60 },
      readinessProbe: { ...ping, periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...ping, periodSeconds: 10, failureThreshold: 6 },
      volumeMounts: [
        { name: DATA_VOLUME, mountPath: "/data" },
        { name: "users", mountPath: "/etc/fleet", readOnly: true },
        { name: "tmp", mountPath: "/tmp" },
      ],
    },
    volumes: [usersVolume(objectName), { name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
  };
}

function usersVolume(secretName: string) {
  return { name: "users", secret: { secretName, items: [{ key: ACL_FILE, path: ACL_FILE }] } };
}

function isGenerated({ source }: ResolvedSecret): boolean {
  return source.from === "random";
}

/** The server's users (Redis: ACL). Whoever gives no password may do no more than ask whether it lives. */
function accessControlList({ administrator, application }: InClusterRedis): string {
  const { previous } = application;
  const user = ({ user: name, password }: Login, rights: string) =>
    `user ${name} on >${secretPlaceholder(password.key)} ${rights}`;
  const lines = [
    "user default on nopass resetchannels -@all +ping",
    ...(administrator ? [user(administrator, "~* &* +@all")] : []),
    ...[application, ...(previous ? [previous] : [])].map((login) => user(login, "~* &* +@all -@admin")),
  ];
  return `${lines.join("\n")}\n`;
}

// Every command goes through stdin: an argument would show a password in the process list.
const SET_LOGINS = `set -eu
attempts=60
until [ "$(redis-cli ping 2> /dev/null)" = PONG ]; do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || { echo "$REDISCLI_HOST does not answer" >&2; exit 69; }
  sleep 1
done
for password in "$ADMIN_PASSWORD" "\${ADMIN_PREVIOUS_PASSWORD:-}"; do
  if printf 'AUTH admin %s\\n' "$password" | redis-cli | grep -q '^OK'; then accepted=$password; break; fi
done
[ -n "\${accepted:-}" ] || { echo "redis accepts no password of the administrator" >&2; exit 77; }
answers=$({
  printf 'AUTH admin %s\\n' "$accepted"
  sed -n 's/^user \\([^ ]*\\) /ACL SETUSER \\1 reset /p' /etc/fleet/users.acl
  [ -z "\${RETIRED_USER:-}" ] || printf 'ACL DELUSER %s\\n' "$RETIRED_USER"
} | redis-cli)
if printf '%s\\n' "$answers" | grep -vE '^(OK|[01])?$' >&2; then exit 1; fi
echo "logins: $(sed -n 's/^user \\([^ ]*\\) .*/\\1/p' /etc/fleet/users.acl | tr '\\n' ' ')"
`;

function loginsJob({ objectName, host, port, administrator, application }: InClusterRedis): LoginsJob {
  const fromSecret = (key: string) => ({ name: key, valueFrom: { secretKeyRef: { name: objectName, key } } });
  return {
    command: ["/bin/sh", "-c", SET_LOGINS.replaceAll("redis-cli", `redis-cli -h ${host} -p ${port}`)],
    env: [
      { name: "REDISCLI_HOST", value: host },
      fromSecret("ADMIN_PASSWORD"),
      ...(administrator?.password.previous ? [fromSecret("ADMIN_PREVIOUS_PASSWORD")] : []),
      ...(application.retiredUser === undefined ? [] : [{ name: "RETIRED_USER", value: application.retiredUser }]),
    ],
    volumeMounts: [{ name: "users", mountPath: "/etc/fleet", readOnly: true }],
    volumes: [usersVolume(objectName)],
  };
}
