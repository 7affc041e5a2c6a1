import type { Deployment, StatefulSet } from "kubernetes-types/apps/v1";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2";
import type { CronJob, Job } from "kubernetes-types/batch/v1";
import type { ConfigMap, Namespace, PersistentVolumeClaim, Secret, Service } from "kubernetes-types/core/v1";
import type { Ingress, NetworkPolicy } from "kubernetes-types/networking/v1";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1";
import type { ExternalSecret } from "../../../model/render/external-secret.ts";
import { renderStack } from "../../../model/render/stack.ts";
import type { ResolvedStack } from "../../../model/resolve/resolved.ts";

/** As much of any rendered object as tells one from the other. */
export interface RenderedObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** Every object that the render functions make of a stack, by `Kind/name`. */
export function renderedObjects(stack: ResolvedStack): ReadonlyMap<string, RenderedObject> {
  const objects: readonly RenderedObject[] = renderStack(stack).map(({ object }) => object);
  const byName = new Map(objects.map((object) => [nameOf(object), object]));
  if (byName.size !== objects.length) throw new Error("Two rendered objects have one name.");
  return byName;
}

/** `Kind/name` of an object. */
export function nameOf(object: RenderedObject): string {
  return `${object.kind ?? ""}/${object.metadata?.name ?? ""}`;
}

interface Kinds {
  readonly ConfigMap: ConfigMap;
  readonly CronJob: CronJob;
  readonly Deployment: Deployment;
  readonly ExternalSecret: ExternalSecret;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly Ingress: Ingress;
  readonly Job: Job;
  readonly Namespace: Namespace;
  readonly NetworkPolicy: NetworkPolicy;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly Secret: Secret;
  readonly Service: Service;
  readonly StatefulSet: StatefulSet;
}

/** One rendered object by kind and name, or a failure because there is none. */
export function objectOf<K extends keyof Kinds>(
  objects: ReadonlyMap<string, RenderedObject>,
  kind: K,
  name: string,
): Kinds[K] {
  const found = objects.get(`${kind}/${name}`);
  if (!found) throw new Error(`No ${kind} ${name} was rendered; there are ${[...objects.keys()].join(", ")}.`);
  return found as Kinds[K];
}
