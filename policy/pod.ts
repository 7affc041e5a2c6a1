import type { Container, PodSpec, PodTemplateSpec } from "kubernetes-types/core/v1";
import { isA, itemsOf, type KubernetesObject } from "./kubernetes-object.ts";
import type { Finding, ObjectRule, Path } from "./rule.ts";

/** The pod that an object is or makes. */
export interface FoundPod {
  readonly spec: PodSpec;
  /** Where the pod's specification stands in the object. */
  readonly path: Path;
  readonly labels: Readonly<Record<string, string>>;
  /** False for Jobs: their containers end. */
  readonly longRunning: boolean;
}

/** A container of any sort, and where it stands. */
export interface FoundContainer {
  readonly container: Container;
  readonly path: Path;
  /** Whether it runs as long as its pod: a Job's containers and plain init containers do not, sidecars do. */
  readonly longRunning: boolean;
}

const TEMPLATE_KINDS = [
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "apps/v1/DaemonSet",
  "apps/v1/ReplicaSet",
] as const;

/** The pod of any object that has one. */
export function podOf(object: KubernetesObject): FoundPod | undefined {
  for (const kind of TEMPLATE_KINDS) {
    if (isA(kind, object)) return fromTemplate(object.spec?.template, ["spec", "template"], true);
  }
  if (isA("batch/v1/Job", object)) return fromTemplate(object.spec?.template, ["spec", "template"], false);
  if (isA("batch/v1/CronJob", object)) {
    const template = object.spec?.jobTemplate.spec?.template;
    return fromTemplate(template, ["spec", "jobTemplate", "spec", "template"], false);
  }
  if (isA("v1/Pod", object)) return fromTemplate(object, [], object.spec?.restartPolicy !== "Never");
  return undefined;
}

function fromTemplate(template: PodTemplateSpec | undefined, path: Path, longRunning: boolean): FoundPod | undefined {
  if (!template?.spec) return undefined;
  return { spec: template.spec, path: [...path, "spec"], labels: template.metadata?.labels ?? {}, longRunning };
}

/** Every container of a pod, init and ephemeral ones included: Pod Security judges them alike. */
export function containersOf(pod: FoundPod): readonly FoundContainer[] {
  const { containers, initContainers, ephemeralContainers } = pod.spec;
  const found = (list: readonly Container[] | undefined, field: string, longRunning: (of: Container) => boolean) =>
    itemsOf(list).map(([index, container]) => ({
      container,
      path: [...pod.path, field, index],
      longRunning: longRunning(container),
    }));
  return [
    ...found(containers, "containers", () => pod.longRunning),
    // A sidecar is an init container that is restarted always (Kubernetes: Sidecar Containers).
    ...found(initContainers, "initContainers", ({ restartPolicy }) => pod.longRunning && restartPolicy === "Always"),
    ...found(ephemeralContainers, "ephemeralContainers", () => false),
  ];
}

/** Makes an object rule of a check on pods. */
export function podRule(
  rule: Omit<ObjectRule, "scope" | "check">,
  check: (pod: FoundPod) => readonly Finding[],
): ObjectRule {
  return {
    ...rule,
    scope: "object",
    check: (object) => {
      const pod = podOf(object);
      return pod ? check(pod) : [];
    },
  };
}

/** Makes an object rule of a check on each container. */
export function containerRule(
  rule: Omit<ObjectRule, "scope" | "check">,
  check: (found: FoundContainer, pod: FoundPod) => readonly Finding[],
): ObjectRule {
  return podRule(rule, (pod) => containersOf(pod).flatMap((found) => check(found, pod)));
}
