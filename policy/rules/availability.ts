import type { PodDisruptionBudget } from "kubernetes-types/policy/v1";
import { allOf, isA, itemsOf, namespaceOf, selects, type KubernetesObject } from "../kubernetes-object.ts";
import { podOf, podRule, type FoundPod } from "../pod.ts";
import type { Levels, Rule, StackFinding, StackRule } from "../rule.ts";

/** Staging shows what production would refuse. */
const MANDATORY_IN_PROD: Levels = { dev: "disabled", staging: "advisory", prod: "mandatory" };

/** A workload that runs several pods at once. */
interface Replicated {
  readonly object: KubernetesObject;
  readonly pod: FoundPod;
  /** The fewest pods it runs, by its autoscaler where it has one. */
  readonly replicas: number;
}

function replicatedOf(objects: readonly KubernetesObject[]): readonly Replicated[] {
  const autoscalers = allOf("autoscaling/v2/HorizontalPodAutoscaler", objects);
  return objects.flatMap((object) => {
    if (!isA("apps/v1/Deployment", object) && !isA("apps/v1/StatefulSet", object)) return [];
    const pod = podOf(object);
    const autoscaler = autoscalers.find(
      ({ metadata, spec }) =>
        namespaceOf({ ...(metadata ? { metadata } : {}) }) === namespaceOf(object) &&
        spec?.scaleTargetRef.kind === object.kind &&
        spec?.scaleTargetRef.name === object.metadata?.name,
    );
    const replicas = autoscaler ? (autoscaler.spec?.minReplicas ?? 1) : (object.spec?.replicas ?? 1);
    return pod && replicas >= 2 ? [{ object, pod, replicas }] : [];
  });
}

function budgetsOf(objects: readonly KubernetesObject[], { object, pod }: Replicated): readonly PodDisruptionBudget[] {
  return allOf("policy/v1/PodDisruptionBudget", objects).filter(
    (budget) => namespaceOf(budget) === namespaceOf(object) && selects(budget.spec?.selector, pod.labels),
  );
}

const disruptionBudget: StackRule = {
  name: "disruption-budget",
  risk: "Draining a node for an upgrade takes all pods of the service at once.",
  source: "Kubernetes: Specifying a Disruption Budget for your Application",
  fix: "give the service a budget: disruptionBudget: { minAvailable: 1 }",
  levels: MANDATORY_IN_PROD,
  scope: "stack",
  check: (objects) =>
    replicatedOf(objects)
      .filter((workload) => budgetsOf(objects, workload).length === 0)
      .map(({ object, replicas }) => ({
        object,
        path: ["spec", "replicas"],
        problem: `runs ${replicas} pods or more without a PodDisruptionBudget`,
      })),
};

const drainable: StackRule = {
  name: "disruption-budget-allows-drain",
  risk: "A budget that lets no pod go keeps every node from being drained, for ever.",
  source: "Kubernetes: Safely Drain a Node",
  fix: "let minAvailable be less than the replicas, or maxUnavailable at least 1",
  levels: MANDATORY_IN_PROD,
  scope: "stack",
  check: (objects) =>
    replicatedOf(objects).flatMap((workload) =>
      budgetsOf(objects, workload).flatMap((budget): StackFinding[] => {
        const { minAvailable, maxUnavailable } = budget.spec ?? {};
        const kept = share(minAvailable, workload.replicas);
        if (kept !== undefined && kept >= workload.replicas) {
          return [blocking(budget, "minAvailable", minAvailable)];
        }
        return share(maxUnavailable, workload.replicas) === 0
          ? [blocking(budget, "maxUnavailable", maxUnavailable)]
          : [];
      }),
    ),
};

function blocking(object: PodDisruptionBudget, field: string, value: unknown): StackFinding {
  return { object, path: ["spec", field], problem: "lets no pod go", value };
}

// A percentage is rounded up (Kubernetes: Specifying a Disruption Budget, rounding logic).
function share(value: string | number | undefined, replicas: number): number | undefined {
  if (typeof value !== "string") return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? undefined : Math.ceil((Number(percent) / 100) * replicas);
}

const spread: StackRule = {
  name: "spread-over-nodes",
  risk: "All pods of the service land on one node and fall with it.",
  source: "Kubernetes: Pod Topology Spread Constraints",
  fix: "add topologySpreadConstraints over kubernetes.io/hostname, or a pod anti-affinity",
  levels: MANDATORY_IN_PROD,
  scope: "stack",
  check: (objects) =>
    replicatedOf(objects)
      .filter(
        ({ pod }) =>
          itemsOf(pod.spec.topologySpreadConstraints).length === 0 && pod.spec.affinity?.podAntiAffinity === undefined,
      )
      .map(({ object, pod, replicas }) => ({
        object,
        path: [...pod.path, "topologySpreadConstraints"],
        problem: `runs ${replicas} pods or more that may share one node`,
      })),
};

const priority = podRule(
  {
    name: "priority-class",
    risk: "When a node is short of room, the kubelet cannot tell a database from a batch job.",
    source: "Kubernetes: Pod Priority and Preemption",
    fix: "name a priorityClassName",
    levels: { dev: "disabled", staging: "disabled", prod: "advisory" },
  },
  ({ spec, path, longRunning }) =>
    longRunning && (spec.priorityClassName ?? "") === ""
      ? [{ path: [...path, "priorityClassName"], problem: "has no priority class" }]
      : [],
);

/** What keeps a service up while nodes come and go. */
export const availabilityRules: readonly Rule[] = [disruptionBudget, drainable, spread, priority];
