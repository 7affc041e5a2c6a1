import { imagePlaceholder, secretPlaceholder } from "../placeholder.ts";
import type { ResolvedMongodb } from "../resolve/resolved.ts";
import { DATA_VOLUME, type EngineParts } from "./engine-parts.ts";
import type { PodIdentity } from "./pod.ts";

/** The `mongodb` user of docker/mongodb and of the official image. */
const mongodbIdentity: PodIdentity = { user: 999, group: 999 };

/**
 * A MongoDB server. Services connect as a login of their own database; the administrator is for people and backups.
 *
 * The official image makes the services' login by the script, ours (docker/README.md) by the variables it reads.
 */
export function mongodbParts(datastore: Extract<ResolvedMongodb, { kind: "inCluster" }>): EngineParts {
  const { declaration, objectName, port, user, administrator, password } = datastore;
  const accepts = { tcpSocket: { port }, timeoutSeconds: 3 };
  return {
    identity: mongodbIdentity,
    stored: true,
    secret: {
      ...(administrator
        ? {
            MONGO_INITDB_ROOT_USERNAME: administrator.user,
            MONGO_INITDB_ROOT_PASSWORD: secretPlaceholder(administrator.password.key),
          }
        : {}),
      APPLICATION_USERNAME: user,
      APPLICATION_PASSWORD: secretPlaceholder(password.key),
      "application-user.js": APPLICATION_USER,
    },
    container: {
      name: "mongodb",
      image: imagePlaceholder(datastore.image),
      env: [{ name: "MONGO_INITDB_DATABASE", value: declaration.database }, ...variables(objectName)],
      ports: [{ name: "mongodb", containerPort: port, protocol: "TCP" }],
      startupProbe: { ...accepts, periodSeconds: 1, failureThreshold: 120 },
      readinessProbe: { ...accepts, periodSeconds: 5, failureThreshold: 2 },
      livenessProbe: { ...accepts, periodSeconds: 10, failureThreshold: 6 },
      volumeMounts: [
        { name: DATA_VOLUME, mountPath: "/data/db" },
        { name: "scripts", mountPath: "/docker-entrypoint-initdb.d", readOnly: true },
        { name: "tmp", mountPath: "/tmp" },
      ],
    },
    volumes: [
      {
        name: "scripts",
        secret: {
          secretName: objectName,
          items: [{ key: "application-user.js", path: "application-user.js" }],
        },
      },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ],
  };
}

const SECRET_VARIABLES = [
  "MONGO_INITDB_ROOT_USERNAME",
  "MONGO_INITDB_ROOT_PASSWORD",
  "APPLICATION_USERNAME",
  "APPLICATION_PASSWORD",
];

function variables(secretName: string) {
  return SECRET_VARIABLES.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: secretName, key } } }));
}

const APPLICATION_USER = `const { MONGO_INITDB_DATABASE, APPLICATION_USERNAME, APPLICATION_PASSWORD } = process.env;
db.getSiblingDB(MONGO_INITDB_DATABASE).createUser({
  user: APPLICATION_USERNAME,
  pwd: APPLICATION_PASSWORD,
  roles: [{ role: "readWrite", db: MONGO_INITDB_DATABASE }],
});
`;
