import { createHash } from "node:crypto";
import type { DeploymentSpec } from "kubernetes-types/apps/v1";
import type {
  ConfigMap,
  Container,
  PersistentVolumeClaim,
  PodSpec,
  Secret,
  ServiceAccount,
  Volume,
  VolumeMount,
} from "kubernetes-types/core/v1";
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import { boundedName, fromStore } from "../name.ts";
import { imagePlaceholder, secretHashPlaceholder } from "../placeholder.ts";
import type { ResolvedWorkload } from "../resolve/resolved.ts";
import { renderEnvironment, secretKeysIn, type Environment } from "./environment.ts";
import { partedSecret, renderExternalSecret, type ExternalSecret } from "./external-secret.ts";
import { renderFiles } from "./files.ts";

/** The Kubernetes objects that whatever runs has beside it. */
export interface WorkloadObjects {
  readonly serviceAccount: ServiceAccount;
  readonly configMap: ConfigMap;
  readonly files?: ConfigMap;
  readonly secret?: Secret;
  /** What External Secrets Operator puts into a Secret beside it. */
  readonly externalSecret?: ExternalSecret;
  /** By the volume's name inside the pod. */
  readonly volumeClaims: Readonly<Record<string, PersistentVolumeClaim>>;
}

/** What the pods of all workloads have in common. */
export interface PodParts {
  readonly metadata: ObjectMeta;
  readonly spec: Omit<PodSpec, "containers">;
  readonly container: Container;
}

/** What the operator writes is not known here: Stakater's Reloader rolls the pods when it changes. */
export interface Reload {
  readonly annotations?: { readonly "secret.reloader.stakater.com/reload": string };
}

/** The old pods serve until the new ones are ready: a bad release takes nothing down. */
export const ROLLOUT = {
  revisionHistoryLimit: 3,
  progressDeadlineSeconds: 300,
  strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
} as const satisfies Partial<DeploymentSpec>;

/** Renders what a workload has beside its pods, and what all pods have in common. */
export function renderWorkload(
  workload: ResolvedWorkload,
  transform: (rendered: ConfigMap) => ConfigMap = (rendered) => rendered,
): { readonly objects: WorkloadObjects; readonly pod: PodParts; readonly reload: Reload } {
  const environment = renderEnvironment(workload);
  const metadata = workloadMetadata(workload);
  const configMap = transform({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { ...environment.plain } });
  const files = renderFiles(workload);
  const { secret, externalSecret } = renderSecrets(workload, environment);
  const stored = secretsFromStore(workload, environment);
  return {
    objects: {
      serviceAccount: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
      configMap,
      ...(files ? { files: files.configMap } : {}),
      ...(secret ? { secret } : {}),
      ...(externalSecret ? { externalSecret } : {}),
      volumeClaims: renderVolumeClaims(workload),
    },
    pod: renderPod(
      workload,
      environment,
      configMap,
      [secret, externalSecret].flatMap((one) => one?.metadata?.name ?? []),
    ),
    reload: stored.length > 0 ? { annotations: { "secret.reloader.stakater.com/reload": stored.join(",") } } : {},
  };
}

/** The metadata of an object of a workload. Default: of its name. */
export function workloadMetadata(workload: ResolvedWorkload, name: string = workload.objectName): ObjectMeta {
  return { name, namespace: workload.namespace, labels: { ...workload.labels } };
}

function renderPod(
  workload: ResolvedWorkload,
  environment: Environment,
  configMap: ConfigMap,
  /** The names of its own Secrets. */
  secretNames: readonly string[],
): PodParts {
  const { resources, terminationGraceSeconds } = workload.specification;
  const volumes = renderVolumes(workload);
  const files = renderFiles(workload);
  const own = partedSecret({ ...environment.secret, ...environment.sharedSecret }, environment.secrets).own;
  const secretKeys = secretKeysIn(own);
  return {
    metadata: {
      labels: { ...workload.labels },
      annotations: {
        "fleet.dev/config-hash": hash({ ...environment.sharedPlain, ...configMap.data }),
        ...(files ? { "fleet.dev/files-hash": files.hash } : {}),
        ...(secretKeys.length > 0 ? { "fleet.dev/secret-hash": secretHashPlaceholder(secretKeys) } : {}),
      },
    },
    spec: {
      serviceAccountName: workload.objectName,
      terminationGracePeriodSeconds: terminationGraceSeconds,
      volumes: [...volumes.volumes, ...(files ? [files.volume] : [])],
    },
    container: {
      name: workload.name,
      image: imagePlaceholder(workload.image),
      ...variables(workload, environment, secretNames),
      resources: {
        requests: { cpu: resources.cpu.request, memory: resources.memory.request },
        limits: { cpu: resources.cpu.limit, memory: resources.memory.limit },
      },
      terminationMessagePolicy: "FallbackToLogsOnError",
      volumeMounts: [...volumes.mounts, ...(files?.mounts ?? [])],
    },
  };
}

function renderSecrets(
  workload: ResolvedWorkload,
  { secret, secrets }: Environment,
): Pick<WorkloadObjects, "secret" | "externalSecret"> {
  const { own, fromStore: stored } = partedSecret(secret, secrets);
  const hasOwn = Object.keys(own).length > 0;
  const name = hasOwn ? fromStore(workload.objectName) : workload.objectName;
  const externalSecret = renderExternalSecret(workloadMetadata(workload, name), stored, secrets);
  return {
    ...(hasOwn
      ? {
          secret: {
            apiVersion: "v1",
            kind: "Secret",
            metadata: workloadMetadata(workload),
            type: "Opaque",
            stringData: { ...own },
          },
        }
      : {}),
    ...(externalSecret ? { externalSecret } : {}),
  };
}

/** Where the container's environment comes from. The last source of `envFrom` wins: the service's own. */
function variables(workload: ResolvedWorkload, environment: Environment, secretNames: readonly string[]) {
  const { shared, objectName } = workload;
  const { fromStore: stored } = partedSecret(environment.sharedSecret, environment.secrets);
  const sharedSecret = Object.keys(environment.sharedSecret).map((key) => {
    const name = Object.hasOwn(stored, key) ? shared.secret?.nameFromStore : shared.secret?.name;
    return { name: key, valueFrom: { secretKeyRef: { name: name ?? "", key } } };
  });
  return {
    ...(sharedSecret.length > 0 ? { env: sharedSecret } : {}),
    envFrom: [
      ...(shared.configMap ? [{ configMapRef: { name: shared.configMap.name } }] : []),
      { configMapRef: { name: objectName } },
      ...secretNames.map((name) => ({ secretRef: { name } })),
    ],
  };
}

/** The names of the Secrets that the operator makes and the workload reads. */
function secretsFromStore(workload: ResolvedWorkload, environment: Environment): readonly string[] {
  const { externalSecret } = renderSecrets(workload, environment);
  const shared = partedSecret(environment.sharedSecret, environment.secrets).fromStore;
  return [
    ...(externalSecret ? [externalSecret.spec.target.name] : []),
    ...(Object.keys(shared).length > 0 ? [workload.shared.secret?.nameFromStore ?? ""] : []),
  ];
}

/** Keeps the pods of a workload on different nodes where it has several. */
export function spread({ selector }: ResolvedWorkload, pods: number): Pick<PodSpec, "topologySpreadConstraints"> {
  if (pods < 2) return {};
  return {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { ...selector } },
      },
    ],
  };
}

function claimName(workload: ResolvedWorkload, volume: string): string {
  return boundedName([workload.objectName, volume]);
}

function renderVolumes(workload: ResolvedWorkload): { volumes: Volume[]; mounts: VolumeMount[] } {
  const named = Object.entries(workload.specification.volumes);
  return {
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      ...named.map(([name]) => ({ name, persistentVolumeClaim: { claimName: claimName(workload, name) } })),
    ],
    mounts: [{ name: "tmp", mountPath: "/tmp" }, ...named.map(([name, { mountPath }]) => ({ name, mountPath }))],
  };
}

function renderVolumeClaims(workload: ResolvedWorkload): WorkloadObjects["volumeClaims"] {
  const claims: Record<string, PersistentVolumeClaim> = {};
  for (const [name, volume] of Object.entries(workload.specification.volumes)) {
    claims[name] = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: workloadMetadata(workload, claimName(workload, name)),
      spec: { accessModes: [volume.accessMode], resources: { requests: { storage: volume.size } } },
    };
  }
  return claims;
}

function hash(data: Readonly<Record<string, string>>): string {
  const canonical = JSON.stringify(Object.entries(data).sort(([a], [b]) => a.localeCompare(b)));
  return createHash("sha256").update(canonical).digest("hex").slice(0, 16);
}
