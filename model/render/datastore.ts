import type { StatefulSet } from "kubernetes-types/apps/v1";
import type { Job } from "kubernetes-types/batch/v1";
import type { PersistentVolumeClaim, Secret, Service, ServiceAccount } from "kubernetes-types/core/v1";
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { boundedName } from "../name.ts";
import { imagePlaceholder, secretHashPlaceholder } from "../placeholder.ts";
import { selectorLabels } from "../resolve/labels.ts";
import type { Labels, ResolvedDatastore, ResolvedPlatform } from "../resolve/resolved.ts";
import { configurationHash, DATA_VOLUME, type EngineParts, type LoginsJob } from "./engine-parts.ts";
import { secretKeysIn } from "./environment.ts";
import { clientNetworkPolicy, datastoreNetworkPolicy } from "./network-policy.ts";
import { harden } from "./pod.ts";
import { mongodbParts } from "./mongodb.ts";
import { postgresqlParts } from "./postgresql.ts";
import { pubsubParts } from "./pubsub.ts";
import { qdrantParts } from "./qdrant.ts";
import { rabbitmqParts } from "./rabbitmq.ts";
import { redisParts } from "./redis.ts";

const SECRET_HASH = "fleet.dev/secret-hash";

/** A datastore that runs in the cluster. */
export type InClusterDatastore = Extract<ResolvedDatastore, { kind: "inCluster" }>;

/** Every Kubernetes object of one datastore in the cluster. */
export interface DatastoreObjects {
  readonly serviceAccount: ServiceAccount;
  /** What only this datastore's own pod reads; none where the engine knows no secret. */
  readonly secret?: Secret;
  readonly statefulSet: StatefulSet;
  readonly service: Service;
  readonly networkPolicy: NetworkPolicy;
  /** In the middle of a password's rotation and ever after: gives the running server its logins. */
  readonly loginsJob?: Job;
  readonly loginsNetworkPolicy?: NetworkPolicy;
}

/** Renders a datastore: one StatefulSet on a volume of its own, reached only by the services that link to it. */
export function renderDatastore(datastore: InClusterDatastore, platform: ResolvedPlatform): DatastoreObjects {
  const parts = engineParts(datastore);
  const secret = renderSecret(datastore, parts);
  return {
    serviceAccount: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: datastoreMetadata(datastore),
      automountServiceAccountToken: false,
    },
    ...(secret ? { secret } : {}),
    statefulSet: renderStatefulSet(datastore, parts),
    service: renderService(datastore),
    networkPolicy: datastoreNetworkPolicy(datastore, [
      ...datastore.callers,
      ...jobCallers(datastore, platform),
      ...(parts.loginsJob ? [loginsSubject(datastore)] : []),
    ]),
    ...(parts.loginsJob
      ? {
          loginsJob: renderLoginsJob(datastore, parts, parts.loginsJob),
          loginsNetworkPolicy: clientNetworkPolicy(loginsSubject(datastore), datastore),
        }
      : {}),
  };
}

/** Metadata that all objects of a datastore share. */
function datastoreMetadata(datastore: ResolvedDatastore): ObjectMeta {
  return { name: datastore.objectName, namespace: datastore.namespace, labels: { ...datastore.labels } };
}

function engineParts(datastore: InClusterDatastore): EngineParts {
  if (isEngine(datastore, "postgresql")) return postgresqlParts(datastore);
  if (isEngine(datastore, "redis")) return redisParts(datastore);
  if (isEngine(datastore, "rabbitmq")) return rabbitmqParts(datastore);
  if (isEngine(datastore, "mongodb")) return mongodbParts(datastore);
  if (isEngine(datastore, "qdrant")) return qdrantParts(datastore);
  return pubsubParts(datastore);
}

type Engine = InClusterDatastore["declaration"]["engine"];

// TypeScript does not narrow an object by what stands one level down in it.
function isEngine<E extends Engine>(
  datastore: InClusterDatastore,
  engine: E,
): datastore is Extract<InClusterDatastore, { readonly declaration: { readonly engine: E } }> {
  return datastore.declaration.engine === engine;
}

function renderSecret(datastore: InClusterDatastore, { secret }: EngineParts): Secret | undefined {
  if (Object.keys(secret).length === 0) return undefined;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: datastoreMetadata(datastore),
    type: "Opaque",
    stringData: { ...secret },
  };
}

function jobCallers(
  datastore: ResolvedDatastore,
  { migrations, backups }: ResolvedPlatform,
): readonly { readonly name: string; readonly selector: Labels }[] {
  return [...migrations, ...backups]
    .filter(({ database }) => database.name === datastore.name)
    .map(({ objectName, selector }) => ({ name: objectName, selector }));
}

function renderStatefulSet(datastore: InClusterDatastore, parts: EngineParts): StatefulSet {
  const { cpu, memory } = datastore.resources;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: datastoreMetadata(datastore),
    spec: {
      replicas: 1,
      serviceName: datastore.objectName,
      selector: { matchLabels: { ...datastore.selector } },
      ...(parts.stored
        ? { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" } }
        : {}),
      template: harden(
        {
          metadata: { labels: { ...datastore.labels }, annotations: { ...revisionAnnotations(parts) } },
          spec: {
            serviceAccountName: datastore.objectName,
            terminationGracePeriodSeconds: 30,
            containers: [
              {
                ...parts.container,
                resources: {
                  requests: { cpu: cpu.request, memory: memory.request },
                  limits: { cpu: cpu.limit, memory: memory.limit },
                },
                terminationMessagePolicy: "FallbackToLogsOnError",
              },
            ],
            volumes: [...parts.volumes],
          },
        },
        parts.identity,
      ),
      ...(parts.stored ? { volumeClaimTemplates: [dataVolumeClaim(datastore)] } : {}),
    },
  };
}

/** Who the Job of a datastore's logins is, for its objects and for network policies. */
function loginsSubject({ objectName, namespace, platform, labels }: ResolvedDatastore) {
  const name = boundedName([objectName, "logins"]);
  const selector = selectorLabels(platform, name);
  return {
    name,
    objectName: name,
    namespace,
    labels: { ...labels, ...selector, "app.kubernetes.io/component": "logins" },
    selector,
  };
}

/** Seconds that a server may take to answer, and some more. */
const LOGINS_LIMIT_SECONDS = 120;

function renderLoginsJob(datastore: InClusterDatastore, { identity, secret }: EngineParts, logins: LoginsJob): Job {
  const { name, namespace, labels } = loginsSubject(datastore);
  const { volumes, ...container } = logins;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: LOGINS_LIMIT_SECONDS,
      template: harden(
        {
          // A Job's template cannot change: with other passwords it is a new Job.
          metadata: { labels, annotations: { [SECRET_HASH]: secretHashPlaceholder(secretKeysIn(secret)) } },
          spec: {
            serviceAccountName: datastore.objectName,
            restartPolicy: "Never",
            containers: [
              {
                name: "logins",
                image: imagePlaceholder(datastore.image),
                ...container,
                resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "500m", memory: "64Mi" } },
                terminationMessagePolicy: "FallbackToLogsOnError",
              },
            ],
            volumes,
          },
        },
        identity,
      ),
    },
  };
}

function dataVolumeClaim(datastore: InClusterDatastore): PersistentVolumeClaim {
  return {
    metadata: { name: DATA_VOLUME, labels: { ...datastore.labels } },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: datastore.storage } } },
  };
}

/** What makes a new pod necessary and is not in the pod template itself: secrets and files that it reads. */
function revisionAnnotations({ secret, files, readAtStart }: EngineParts): Readonly<Record<string, string>> {
  const keys = readAtStart ?? secretKeysIn(secret);
  return {
    ...(keys.length > 0 ? { [SECRET_HASH]: secretHashPlaceholder(keys) } : {}),
    ...(files ? { "fleet.dev/config-hash": configurationHash(files) } : {}),
  };
}

function renderService(datastore: InClusterDatastore): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: datastoreMetadata(datastore),
    spec: {
      type: "ClusterIP",
      selector: { ...datastore.selector },
      ports: [
        { name: datastore.declaration.engine, port: datastore.port, targetPort: datastore.port, protocol: "TCP" },
      ],
    },
  };
}
