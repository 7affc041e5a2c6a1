import type { Deployment } from "./kubernetes-objects.ts";
import { diagnosisKey, type Diagnosis } from "./diagnosis.ts";
import { rolledOut, type PodCreator, type RolledOutPod, type UpdateScope } from "./rolled-out.ts";
import { cannotStart, crash, outOfMemory } from "./rules/container-end.ts";
import { configuration } from "./rules/configuration.ts";
import { containersOf, type ContainerInPod, type ContainerRule, type Finding, type PodRule } from "./rules/finding.ts";
import { imagePull } from "./rules/image-pull.ts";
import { failedJob } from "./rules/job.ts";
import { podSetup } from "./rules/pod-setup.ts";
import { probe } from "./rules/probe.ts";
import { refusal } from "./rules/refusal.ts";
import { scheduling } from "./rules/scheduling.ts";
import type { ClusterSnapshot, ObjectRef } from "./snapshot.ts";

/** In this order the first that applies explains the container: a container killed by its probe also crashes. */
const CONTAINER_RULES: readonly ContainerRule[] = [imagePull, configuration, cannotStart, outOfMemory, probe, crash];
const POD_RULES: readonly PodRule[] = [scheduling, podSetup];

/**
 * Every failure of what the update rolls out, the fatal ones first. A pure function of one snapshot: everything it
 * needs to know of the past (first failures, counts, restarts) Kubernetes keeps in the objects and events.
 */
export function diagnose(snapshot: ClusterSnapshot, scope: UpdateScope): readonly Diagnosis[] {
  const { pods, creators } = rolledOut(snapshot, scope);
  const found = [
    ...creators.flatMap((creator) => ofCreator(creator, snapshot, scope)),
    ...pods.flatMap((pod) => ofPod(pod, snapshot)),
  ];
  return worstOfEach([...found, ...stalled(snapshot, scope, creators, found)]);
}

function ofCreator(creator: PodCreator, snapshot: ClusterSnapshot, scope: UpdateScope): readonly Diagnosis[] {
  const { ref, workload, service } = creator;
  const place = { object: ref, related: distinct([ref, workload]), workload, service };
  return [refusal(creator, snapshot, scope), failedJob(creator, snapshot)].flatMap((finding) =>
    finding ? [diagnosis(finding, place)] : [],
  );
}

function ofPod(found: RolledOutPod, snapshot: ClusterSnapshot): readonly Diagnosis[] {
  const { ref, workload, owners, service } = found;
  const place = { object: ref, related: distinct([ref, ...owners]), workload, service };
  const whole = POD_RULES.map((rule) => rule(found, snapshot)).find((finding) => finding !== undefined);
  if (whole) return [diagnosis(whole, place)];
  return containersOf(found).flatMap((container) => {
    const finding = ofContainer(container, snapshot);
    if (!finding) return [];
    return [diagnosis(finding, { ...place, container: container.status.name, image: container.image })];
  });
}

function ofContainer(container: ContainerInPod, snapshot: ClusterSnapshot): Finding | undefined {
  for (const rule of CONTAINER_RULES) {
    const finding = rule(container, snapshot);
    if (finding) return finding;
  }
  return undefined;
}

type Place = Pick<Diagnosis, "object" | "related" | "workload" | "service" | "container" | "image">;

function diagnosis({ fatal, cause, related = [], ...rest }: Finding, place: Place): Diagnosis {
  return {
    ...rest,
    ...place,
    related: distinct([...place.related, ...related]),
    certainty: fatal ? "fatal" : "suspect",
    summary: `${place.service}: ${cause}`,
  };
}

/** A Deployment past its own `progressDeadlineSeconds` of which nothing else is known to be wrong. */
function stalled(
  snapshot: ClusterSnapshot,
  scope: UpdateScope,
  creators: readonly PodCreator[],
  found: readonly Diagnosis[],
): readonly Diagnosis[] {
  return creators.flatMap(({ workload, service }) => {
    const deployment = snapshot.deployments.find(({ metadata }) => metadata?.uid === workload.uid);
    const condition = deployment && deadlineExceeded(deployment, scope);
    if (!condition || found.some((other) => other.certainty === "fatal" && other.workload.uid === workload.uid))
      return [];
    const known = found.find((other) => other.workload.uid === workload.uid);
    if (known) return [{ ...known, certainty: "fatal" as const }];
    const cause = "made no progress within the deployment's deadline";
    const finding: Finding = { kind: "stalled", fatal: true, cause, ...condition };
    return [diagnosis(finding, { object: workload, related: [workload], workload, service })];
  });
}

function deadlineExceeded(
  { status, metadata }: Deployment,
  scope: UpdateScope,
): { readonly detail: string; readonly since: Date } | undefined {
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return undefined;
  const condition = status?.conditions?.find(({ type }) => type === "Progressing");
  if (condition?.status !== "False" || condition.reason !== "ProgressDeadlineExceeded") return undefined;
  const since = condition.lastUpdateTime ?? condition.lastTransitionTime;
  return since && since >= scope.since ? { detail: condition.message ?? "", since } : undefined;
}

function worstOfEach(found: readonly Diagnosis[]): readonly Diagnosis[] {
  const worst = new Map<string, Diagnosis>();
  for (const one of found) {
    const known = worst.get(diagnosisKey(one));
    if (!known || (known.certainty === "suspect" && one.certainty === "fatal")) worst.set(diagnosisKey(one), one);
  }
  const all = [...worst.values()];
  return [...all.filter(({ certainty }) => certainty === "fatal"), ...all.filter((one) => one.certainty === "suspect")];
}

function distinct(refs: readonly ObjectRef[]): readonly ObjectRef[] {
  const key = ({ kind, namespace, name }: ObjectRef): string => `${kind}/${namespace}/${name}`;
  return [...new Map(refs.map((ref) => [key(ref), ref])).values()];
}
