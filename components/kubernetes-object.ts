import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { fill, type EngineValues } from "./engine-values.ts";

/** The part of a rendered object that says what it is. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
}

type ResourceClass = new (
  name: string,
  // Each class wants the arguments of its own kind; what is rendered has their shape by its own types.
  args: never,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

const { core, apps, networking, autoscaling, policy, batch, apiextensions } = kubernetes;

const classes: Readonly<Record<string, ResourceClass>> = {
  "v1/Namespace": core.v1.Namespace,
  "v1/ServiceAccount": core.v1.ServiceAccount,
  "v1/ConfigMap": core.v1.ConfigMap,
  "v1/Secret": core.v1.Secret,
  "v1/Service": core.v1.Service,
  "v1/PersistentVolumeClaim": core.v1.PersistentVolumeClaim,
  "apps/v1/Deployment": apps.v1.Deployment,
  "apps/v1/StatefulSet": apps.v1.StatefulSet,
  "networking.k8s.io/v1/NetworkPolicy": networking.v1.NetworkPolicy,
  "networking.k8s.io/v1/Ingress": networking.v1.Ingress,
  "autoscaling/v2/HorizontalPodAutoscaler": autoscaling.v2.HorizontalPodAutoscaler,
  "policy/v1/PodDisruptionBudget": policy.v1.PodDisruptionBudget,
  "batch/v1/Job": batch.v1.Job,
  "batch/v1/CronJob": batch.v1.CronJob,
  "external-secrets.io/v1/ExternalSecret": apiextensions.CustomResource,
  "gateway.networking.k8s.io/v1/Gateway": apiextensions.CustomResource,
  "gateway.networking.k8s.io/v1/HTTPRoute": apiextensions.CustomResource,
  "gateway.networking.k8s.io/v1beta1/ReferenceGrant": apiextensions.CustomResource,
  "networking.istio.io/v1beta1/Gateway": apiextensions.CustomResource,
  "networking.istio.io/v1beta1/VirtualService": apiextensions.CustomResource,
  "networking.istio.io/v1beta1/DestinationRule": apiextensions.CustomResource,
};

/** Registers a rendered object as the resource of its kind, the engine's values in place of its placeholders. */
export function registerObject(
  name: string,
  rendered: KubernetesObject,
  values: EngineValues,
  options: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const kind = `${rendered.apiVersion ?? ""}/${rendered.kind ?? ""}`;
  const resourceClass = classes[kind];
  if (!resourceClass) throw new Error(`No Pulumi resource is known for ${kind}.`);
  return new resourceClass(name, fill(rendered, values) as never, options);
}
