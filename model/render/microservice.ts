import type { Deployment } from "kubernetes-types/apps/v1";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2";
import type { Service as KubernetesService } from "kubernetes-types/core/v1";
import type { Ingress, NetworkPolicy } from "kubernetes-types/networking/v1";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1";
import type { ResolvedService } from "../resolve/resolved.ts";
import { serviceNetworkPolicy } from "./network-policy.ts";
import { harden, httpProbe, livenessProbe } from "./pod.ts";
import {
  renderWorkload,
  ROLLOUT,
  spread,
  workloadMetadata,
  type PodParts,
  type Reload,
  type WorkloadObjects,
} from "./workload.ts";

/** Every Kubernetes object of one microservice. Optional ones are there where its stack asks for them. */
export interface MicroserviceObjects extends WorkloadObjects {
  readonly deployment: Deployment;
  readonly service: KubernetesService;
  readonly networkPolicy: NetworkPolicy;
  readonly autoscaler?: HorizontalPodAutoscaler;
  readonly disruptionBudget?: PodDisruptionBudget;
  readonly ingress?: Ingress;
}

/** Renders a service: plain data in, plain data out. The service's own transform comes last but for hardening. */
export function renderMicroservice(service: ResolvedService): MicroserviceObjects {
  const { transform } = service.declaration;
  const { objects, pod, reload } = renderWorkload(service, transform?.configMap);
  const deployment = apply(transform?.deployment, renderDeployment(service, pod, reload));
  const autoscaler = renderAutoscaler(service);
  const disruptionBudget = renderDisruptionBudget(service);
  const ingress = renderIngress(service);
  return {
    ...objects,
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

/**
 * An autoscaler that is on its way out may set the number of replicas once more, and would own it ever after: the next
 * update would be refused. Source: Pulumi, Kubernetes server-side apply, `pulumi.com/patchForce`.
 */
const DECLARED_WINS = { "pulumi.com/patchForce": "true" } as const;

function renderDeployment(service: ResolvedService, pod: PodParts, reload: Reload): Deployment {
  const { specification } = service;
  const { port, health, probes } = specification;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: specification.autoscaling
      ? { ...workloadMetadata(service), ...reload }
      : { ...workloadMetadata(service), annotations: { ...reload.annotations, ...DECLARED_WINS } },
    spec: {
      // The autoscaler owns the number of replicas where there is one.
      ...(specification.autoscaling ? {} : { replicas: specification.replicas }),
      ...ROLLOUT,
      selector: { matchLabels: { ...service.selector } },
      template: {
        metadata: {
          ...pod.metadata,
          labels: { ...service.labels, ...(service.gateway?.kind === "istio" ? SIDECAR : {}) },
        },
        spec: {
          ...pod.spec,
          ...spread(service, specification.autoscaling?.maxReplicas ?? specification.replicas),
          containers: [
            {
              ...pod.container,
              ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
              startupProbe: livenessProbe(health.live, port, probes.startup),
              livenessProbe: livenessProbe(health.live, port, probes.liveness),
              readinessProbe: httpProbe(health.ready, port, probes.readiness),
            },
          ],
        },
      },
    },
  };
}

// Services only: a Job with a sidecar of its own would never end, and datastores speak no HTTP to be parted.
const SIDECAR = { "sidecar.istio.io/inject": "true" };

function hardenDeployment(deployment: Deployment): Deployment {
  if (!deployment.spec) return deployment;
  return { ...deployment, spec: { ...deployment.spec, template: harden(deployment.spec.template) } };
}

function renderService(service: ResolvedService): KubernetesService {
  const { port } = service.specification;
  const { exposure } = service;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: workloadMetadata(service),
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
    metadata: workloadMetadata(service),
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
    metadata: workloadMetadata(service),
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
    metadata: workloadMetadata(service),
    spec: {
      ingressClassName: exposure.className,
      tls: [{ hosts: [exposure.host], secretName: exposure.tlsSecret }],
      rules: [{ host: exposure.host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    },
  };
}
