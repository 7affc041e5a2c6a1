import type { Pod } from "../kubernetes-objects.ts";
import { eventsAbout, lastSeen, refOf, secondsSince, type ClusterSnapshot } from "../snapshot.ts";
import { THRESHOLDS } from "../thresholds.ts";
import { shortened, startOf, type PodRule } from "./finding.ts";

/** No node takes the pod, or its volume claims hold it back. */
export const scheduling: PodRule = (found, snapshot) => {
  const condition = found.pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (condition?.status !== "False" || condition.reason !== "Unschedulable") return undefined;
  const detail = condition.message ?? "";
  const since = condition.lastTransitionTime ?? startOf(found, snapshot);
  const waited = secondsSince(snapshot, since);
  if (/persistentvolumeclaim/i.test(detail)) return unboundClaim(found, snapshot, detail, since);
  return {
    kind: "unschedulable",
    fatal: waited >= patience(found.pod, snapshot, detail),
    cause: `no node takes its pod: ${shortened(detail.replace(/ ?(no new claims to deallocate|preemption:).*$/s, ""), 160)}`,
    detail,
    since,
  };
};

/** How many seconds to wait: longer while something is under way that may make room. */
function patience(pod: Pod, snapshot: ClusterSnapshot, detail: string): number {
  if (eventsAbout(snapshot, pod).some(({ reason }) => reason === "TriggeredScaleUp")) return THRESHOLDS.scaleUpSeconds;
  // A node that starts is tainted; Kubernetes 1.36 no longer says with what.
  const nodeStarting = /untolerated taint|no nodes available/.test(detail);
  const roomComing = /Insufficient|Too many pods|free ports/.test(detail) && isMakingRoom(snapshot);
  const preempting = pod.status?.nominatedNodeName !== undefined;
  return nodeStarting || roomComing || preempting ? THRESHOLDS.makingRoomSeconds : THRESHOLDS.unschedulableSeconds;
}

/** True while any pod of these namespaces is on its way out. */
export function isMakingRoom(snapshot: ClusterSnapshot): boolean {
  return snapshot.pods.some((pod) => pod.metadata?.deletionTimestamp !== undefined);
}

function unboundClaim(
  found: Parameters<PodRule>[0],
  snapshot: ClusterSnapshot,
  detail: string,
  since: Date,
): ReturnType<PodRule> {
  const names = new Set(found.pod.spec?.volumes?.map((volume) => volume.persistentVolumeClaim?.claimName));
  const claims = snapshot.persistentVolumeClaims.filter(
    (claim) =>
      claim.metadata?.namespace === found.ref.namespace &&
      names.has(claim.metadata.name) &&
      claim.status?.phase !== "Bound",
  );
  const trouble = claims
    .flatMap((claim) => eventsAbout(snapshot, claim))
    .filter(({ reason }) => reason === "ProvisioningFailed" || reason === "FailedBinding")
    .sort((a, b) => lastSeen(a).getTime() - lastSeen(b).getTime())
    .at(-1);
  const missing = /persistentvolumeclaim "[^"]+" not found/.exec(detail)?.[0];
  const limit = missing
    ? THRESHOLDS.configurationSeconds
    : trouble
      ? THRESHOLDS.volumeSeconds
      : THRESHOLDS.provisioningSeconds;
  const said = missing ?? trouble?.message ?? detail;
  return {
    kind: "volume",
    fatal: secondsSince(snapshot, since) >= limit,
    cause: `its volume is not there: ${shortened(said, 160)}`,
    detail: said,
    since,
    related: claims.map((claim) => refOf("PersistentVolumeClaim", claim)),
  };
}
