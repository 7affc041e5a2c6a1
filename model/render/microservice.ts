import { createHash } from "node:crypto";
import type { Deployment } from "kubernetes-types/apps/v1";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2";
import type {
  ConfigMap,
  PersistentVolumeClaim,
  Secret,
  Service as KubernetesService,
  ServiceAccount,
  Volume,
  VolumeMount,
} from "kubernetes-types/core/v1";
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { Ingress, NetworkPolicy } from "kubernetes-types/networking/v1";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1";
import { boundedName, fromStore } from "../name.ts";
import { imagePlaceholder, secretHashPlaceholder } from "../placeholder.ts";
import type { ResolvedService } from "../resolve/resolved.ts";
import { renderEnvironment, secretKeysIn, type Environment } from "./environment.ts";
import { partedSecret, renderExternalSecret, type ExternalSecret } from "./external-secret.ts";
import { renderFiles } from "./files.ts";
import { serviceNetworkPolicy } from "./network-policy.ts";
import { harden, httpProbe, livenessProbe } from "./pod.ts";

/** Every Kubernetes object of one microservice. Optional ones are there where its stack asks for them. */
export interface MicroserviceObjects {
  readonly serviceAccount: ServiceAccount;
  readonly configMap: ConfigMap;
  readonly files?: ConfigMap;
  readonly secret?: Secret;
  /** What External Secrets Operator puts into a Secret beside it. */
  readonly externalSecret?: ExternalSecret;
  /** By the volume's name inside the pod. */
  readonly volumeClaims: Readonly<Record<string, PersistentVolumeClaim>>;
  readonly deployment: Deployment;
  readonly service: KubernetesService;
  readonly networkPolicy: NetworkPolicy;
  readonly autoscaler?: HorizontalPodAutoscaler;
  readonly disruptionBudget?: PodDisruptionBudget;
  readonly ingress?: Ingress;
}

/** Renders a service: plain data in, plain data out. The service's own transform comes last but for hardening. */
export function renderMicroservice(service: ResolvedService): MicroserviceObjects {
  const environment = renderEnvironment(service);
  const { transform } = service.declaration;
  const configMap = apply(transform?.configMap, renderConfigMap(service, environment));
  const files = renderFiles(service);
  const { secret, externalSecret } = renderSecrets(service, environment);
  const read = [secret, externalSecret].flatMap((object) => object?.metadata?.name ?? []);
  const deployment = apply(transform?.deployment, renderDeployment(service, environment, configMap, read));
  const autoscaler = renderAutoscaler(service);
  const disruptionBudget = renderDisruptionBudget(service);
  const ingress = renderIngress(service);
  return {
    serviceAccount: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: metadata(service),
      automountServiceAccountToken: false,
    },
    configMap,
    ...(files ? { files: files.configMap } : {}),
    ...(secret ? { secret } : {}),
    ...(externalSecret ? { externalSecret } : {}),
    volumeClaims: renderVolumeClaims(service),
    deployment: hardenDeployment(deployment),
    service: apply(transform?.service, renderService(service)),
    networkPolicy: apply(transform?.networkPolicy, serviceNetworkPolicy(service)),
    ...(autoscaler ? { autoscaler } : {}),
    ...(disruptionBudget ? { disruptionBudget } : {}),
    ...(ingress ? { ingress } : {}),
  };
}

function apply<T>(adjust: ((rendered: T) => T) | undefined, rendered: T): T {
  return adjust ? adjust(rendered) : rendered;
}

function metadata(service: ResolvedService, name: string = service.objectName): ObjectMeta {
  return { name, namespace: service.namespace, labels: { ...service.labels } };
}

function renderConfigMap(service: ResolvedService, environment: Environment): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(service), data: { ...environment.plain } };
}

function renderSecrets(
  service: ResolvedService,
  { secret, secrets }: Environment,
): Pick<MicroserviceObjects, "secret" | "externalSecret"> {
  const { own, fromStore: stored } = partedSecret(secret, secrets);
  const hasOwn = Object.keys(own).length > 0;
  const name = hasOwn ? fromStore(service.objectName) : service.objectName;
  const externalSecret = renderExternalSecret(metadata(service, name), stored, secrets);
  return {
    ...(hasOwn
      ? {
          secret: {
            apiVersion: "v1",
            kind: "Secret",
            metadata: metadata(service),
            type: "Opaque",
            stringData: { ...own },
          },
        }
      : {}),
    ...(externalSecret ? { externalSecret } : {}),
  };
}

function renderDeployment(
  service: ResolvedService,
  environment: Environment,
  configMap: ConfigMap,
  /** The names of its own Secrets. */
  secretNames: readonly string[],
): Deployment {
  const { specification } = service;
  const { port, health, probes, resources } = specification;
  const volumes = renderVolumes(service);
  const files = renderFiles(service);
  const own = partedSecret({ ...environment.secret, ...environment.sharedSecret }, environment.secrets).own;
  const secretKeys = secretKeysIn(own);
  const stored = secretsFromStore(service, environment);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      ...metadata(service),
      // What the operator writes is not known here: Stakater's Reloader rolls the pods when it changes.
      ...(stored.length > 0 ? { annotations: { "secret.reloader.stakater.com/reload": stored.join(",") } } : {}),
    },
    spec: {
      // The autoscaler owns the number of replicas where there is one.
      ...(specification.autoscaling ? {} : { replicas: specification.replicas }),
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 300,
      selector: { matchLabels: { ...service.selector } },
      // The old pods serve until the new ones are ready: a bad release takes nothing down.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: {
          labels: { ...service.labels, ...(service.gateway?.kind === "istio" ? SIDECAR : {}) },
          annotations: {
            "fleet.dev/config-hash": hash({ ...environment.sharedPlain, ...configMap.data }),
            ...(files ? { "fleet.dev/files-hash": files.hash } : {}),
            ...(secretKeys.length > 0 ? { "fleet.dev/secret-hash": secretHashPlaceholder(secretKeys) } : {}),
          },
        },
        spec: {
          serviceAccountName: service.objectName,
          terminationGracePeriodSeconds: specification.terminationGraceSeconds,
          ...spread(service),
          containers: [
            {
              name: service.name,
              image: imagePlaceholder(service.image),
              ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
              ...variables(service, environment, secretNames),
              resources: {
                requests: { cpu: resources.cpu.request, memory: resources.memory.request },
                limits: { cpu: resources.cpu.limit, memory: resources.memory.limit },
              },
              startupProbe: livenessProbe(health.live, port, probes.startup),
              livenessProbe: livenessProbe(health.live, port, probes.liveness),
              readinessProbe: httpProbe(health.ready, port, probes.readiness),
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: [...volumes.mounts, ...(files?.mounts ?? [])],
            },
          ],
          volumes: [...volumes.volumes, ...(files ? [files.volume] : [])],
        },
      },
    },
  };
}

// Services only: a Job with a sidecar of its own would never end, and datastores speak no HTTP to be parted.
const SIDECAR = { "sidecar.istio.io/inject": "true" };

/** Where the container's environment comes from. The last source of `envFrom` wins: the service's own. */
function variables(service: ResolvedService, environment: Environment, secretNames: readonly string[]) {
  const { shared, objectName } = service;
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

/** The names of the Secrets that the operator makes and the service reads. */
function secretsFromStore(service: ResolvedService, environment: Environment): readonly string[] {
  const { externalSecret } = renderSecrets(service, environment);
  const shared = partedSecret(environment.sharedSecret, environment.secrets).fromStore;
  return [
    ...(externalSecret ? [externalSecret.spec.target.name] : []),
    ...(Object.keys(shared).length > 0 ? [service.shared.secret?.nameFromStore ?? ""] : []),
  ];
}

function hardenDeployment(deployment: Deployment): Deployment {
  if (!deployment.spec) return deployment;
  return { ...deployment, spec: { ...deployment.spec, template: harden(deployment.spec.template) } };
}

function spread(service: ResolvedService) {
  const pods = service.specification.autoscaling?.maxReplicas ?? service.specification.replicas;
  if (pods < 2) return {};
  return {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { ...service.selector } },
      },
    ],
  };
}

function claimName(service: ResolvedService, volume: string): string {
  return boundedName([service.objectName, volume]);
}

function renderVolumes(service: ResolvedService): { volumes: Volume[]; mounts: VolumeMount[] } {
  const named = Object.entries(service.specification.volumes);
  return {
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      ...named.map(([name]) => ({ name, persistentVolumeClaim: { claimName: claimName(service, name) } })),
    ],
    mounts: [{ name: "tmp", mountPath: "/tmp" }, ...named.map(([name, { mountPath }]) => ({ name, mountPath }))],
  };
}

function renderVolumeClaims(service: ResolvedService): MicroserviceObjects["volumeClaims"] {
  const claims: Record<string, PersistentVolumeClaim> = {};
  for (const [name, volume] of Object.entries(service.specification.volumes)) {
    claims[name] = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: metadata(service, claimName(service, name)),
      spec: { accessModes: [volume.accessMode], resources: { requests: { storage: volume.size } } },
    };
  }
  return claims;
}

function renderService(service: ResolvedService): KubernetesService {
  const { port } = service.specification;
  const { exposure } = service;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(service),
    spec: {
      type: exposure.kind === "nodePort" ? "NodePort" : "ClusterIP",
      selector: { ...service.selector },
      ports: [
        {
          name: "http",
          port,
          targetPort: port,
          protocol: "TCP",
          ...(exposure.kind === "nodePort" ? { nodePort: exposure.nodePort } : {}),
        },
      ],
    },
  };
}

function renderAutoscaler(service: ResolvedService): HorizontalPodAutoscaler | undefined {
  const { autoscaling } = service.specification;
  if (!autoscaling) return undefined;
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: metadata(service),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: service.objectName },
      minReplicas: autoscaling.minReplicas,
      maxReplicas: autoscaling.maxReplicas,
      metrics: [
        {
          type: "Resource",
          resource: {
            name: "cpu",
            target: { type: "Utilization", averageUtilization: autoscaling.targetCpuPercent },
          },
        },
      ],
    },
  };
}

function renderDisruptionBudget(service: ResolvedService): PodDisruptionBudget | undefined {
  const { disruptionBudget } = service.specification;
  if (!disruptionBudget) return undefined;
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadata(service),
    spec: { minAvailable: disruptionBudget.minAvailable, selector: { matchLabels: { ...service.selector } } },
  };
}

function renderIngress(service: ResolvedService): Ingress | undefined {
  const { exposure } = service;
  if (exposure.kind !== "ingress") return undefined;
  const backend = { service: { name: service.objectName, port: { number: service.specification.port } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: metadata(service),
    spec: {
      ingressClassName: exposure.className,
      tls: [{ hosts: [exposure.host], secretName: exposure.tlsSecret }],
      rules: [{ host: exposure.host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    },
  };
}

function hash(data: Readonly<Record<string, string>>): string {
  const canonical = JSON.stringify(Object.entries(data).sort(([a], [b]) => a.localeCompare(b)));
  return createHash("sha256").update(canonical).digest("hex").slice(0, 16);
}
