import { annotation, kindKey, type KubeObject } from "../object.ts";
import { ingressReadiness, serviceReadiness } from "./network.ts";
import { podReadiness } from "./pods.ts";
import type { ReadinessRule } from "./readiness.ts";
import {
  customResourceDefinitionReadiness,
  secretReadiness,
  volumeClaimReadiness,
  volumeReadiness,
} from "./storage.ts";
import { waitForRule } from "./wait-for.ts";
import { daemonSetReadiness, deploymentReadiness, jobReadiness, statefulSetReadiness } from "./workloads.ts";

const RULES: Readonly<Record<string, ReadinessRule>> = {
  "apps/v1/Deployment": deploymentReadiness,
  "apps/v1/StatefulSet": statefulSetReadiness,
  "apps/v1/DaemonSet": daemonSetReadiness,
  "batch/v1/Job": jobReadiness,
  "v1/Pod": podReadiness,
  "v1/Service": serviceReadiness,
  "v1/Secret": secretReadiness,
  "v1/PersistentVolumeClaim": volumeClaimReadiness,
  "v1/PersistentVolume": volumeReadiness,
  "networking.k8s.io/v1/Ingress": ingressReadiness,
  "apiextensions.k8s.io/v1/CustomResourceDefinition": customResourceDefinitionReadiness,
};

/** What an object is waited for after it was applied; undefined for no wait: none known, or `pulumi.com/skipAwait`. */
export function readinessRule(object: KubeObject): ReadinessRule | undefined {
  if (annotation(object, "pulumi.com/skipAwait") === "true") return undefined;
  const waitFor = annotation(object, "pulumi.com/waitFor");
  return waitFor === "" ? RULES[kindKey(object)] : waitForRule(waitFor);
}

/** How long to wait, in seconds: the program's `customTimeouts`, else `pulumi.com/timeoutSeconds`, else the default. */
export function awaitTimeout(object: KubeObject, customSeconds: number, defaultSeconds: number): number {
  if (customSeconds > 0) return customSeconds;
  const annotated = Number.parseInt(annotation(object, "pulumi.com/timeoutSeconds"), 10);
  return annotated > 0 ? annotated : defaultSeconds;
}

const SKIPPABLE_DELETION = new Set([
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
]);

/** Whether a deletion is over as soon as the server has taken it: `pulumi.com/skipAwait` on the kinds that allow it. */
export function skipsDeletion(object: KubeObject): boolean {
  return annotation(object, "pulumi.com/skipAwait") === "true" && SKIPPABLE_DELETION.has(kindKey(object));
}

/** `pulumi.com/deletionPropagationPolicy`; dependents go first unless it says otherwise. */
export function propagationPolicy(object: KubeObject): "Foreground" | "Background" | "Orphan" {
  switch (annotation(object, "pulumi.com/deletionPropagationPolicy").toLowerCase()) {
    case "orphan":
      return "Orphan";
    case "background":
      return "Background";
    default:
      return "Foreground";
  }
}
