import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { bytes, bytesSchema, cpuSchema, millicores } from "../../model/quantity.ts";
import type { SnapshotObject } from "./snapshot.ts";

/** What the pods of a stack ask the scheduler to keep free. */
export interface Requests {
  /** In millicores. */
  readonly cpu: number;
  /** In bytes. */
  readonly memory: number;
}

/** Requests with as few and as many pods as autoscalers allow; the same where there is none. */
export interface RequestRange {
  readonly least: Requests;
  readonly most: Requests;
}

const NOTHING: Requests = { cpu: 0, memory: 0 };

/**
 * The requests of everything that runs all the time: Deployments and StatefulSets, each as often as it has replicas.
 * Jobs come and go and do not count. A pod asks for the sum of its containers.
 */
export function requestsOf(objects: readonly SnapshotObject[]): RequestRange {
  const plain = objects.map(({ object }) => object);
  const workloads = plain.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet");
  return workloads.reduce<RequestRange>(
    ({ least, most }, workload) => {
      const pod = podRequests(workload);
      const [fewest, greatest] = replicas(workload, plain);
      return { least: add(least, times(pod, fewest)), most: add(most, times(pod, greatest)) };
    },
    { least: NOTHING, most: NOTHING },
  );
}

function replicas(workload: PlainObject, objects: readonly PlainObject[]): readonly [number, number] {
  const autoscaler = objects.find((object) => {
    const target = at(object, ["spec", "scaleTargetRef"]);
    return (
      object["kind"] === "HorizontalPodAutoscaler" &&
      at(target, ["kind"]) === workload["kind"] &&
      at(target, ["name"]) === at(workload, ["metadata", "name"]) &&
      at(object, ["metadata", "namespace"]) === at(workload, ["metadata", "namespace"])
    );
  });
  // Kubernetes' own default is one, for workloads and for autoscalers.
  if (autoscaler)
    return [count(at(autoscaler, ["spec", "minReplicas"])), count(at(autoscaler, ["spec", "maxReplicas"]))];
  const fixed = count(at(workload, ["spec", "replicas"]));
  return [fixed, fixed];
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 1;
}

function podRequests(workload: PlainObject): Requests {
  const containers = at(workload, ["spec", "template", "spec", "containers"]);
  return (Array.isArray(containers) ? containers : []).reduce<Requests>((sum, container: unknown) => {
    const cpu = cpuSchema.safeParse(at(container, ["resources", "requests", "cpu"]));
    const memory = bytesSchema.safeParse(at(container, ["resources", "requests", "memory"]));
    return add(sum, { cpu: cpu.success ? millicores(cpu.data) : 0, memory: memory.success ? bytes(memory.data) : 0 });
  }, NOTHING);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isPlainObject(inner) ? inner[key] : undefined), value);
}

function add(a: Requests, b: Requests): Requests {
  return { cpu: a.cpu + b.cpu, memory: a.memory + b.memory };
}

function times({ cpu, memory }: Requests, factor: number): Requests {
  return { cpu: cpu * factor, memory: memory * factor };
}
