import type { FailureKind } from "../diagnosis.ts";
import type { PodCreator, UpdateScope } from "../rolled-out.ts";
import { eventsAbout, firstSeen, lastSeen, secondsSince, type ClusterSnapshot } from "../snapshot.ts";
import { THRESHOLDS } from "../thresholds.ts";
import { shortened, type Finding } from "./finding.ts";
import { isMakingRoom } from "./scheduling.ts";

/** The API server refuses the pods that a ReplicaSet, StatefulSet, DaemonSet or Job wants to create. */
export function refusal(creator: PodCreator, snapshot: ClusterSnapshot, scope: UpdateScope): Finding | undefined {
  const refused = refusedSince(creator, snapshot, scope);
  if (!refused) return undefined;
  const { kind, seconds, words } = classify(refused.message, snapshot);
  return {
    kind,
    fatal: secondsSince(snapshot, refused.since) >= seconds,
    cause: `its pods are refused: ${shortened(words, 200)}`,
    detail: refused.message,
    since: refused.since,
  };
}

interface Refused {
  readonly message: string;
  readonly since: Date;
}

/** A ReplicaSet keeps a condition as long as it is refused; the others leave only events behind. */
function refusedSince(creator: PodCreator, snapshot: ClusterSnapshot, scope: UpdateScope): Refused | undefined {
  if (creator.ref.kind === "ReplicaSet") {
    const replicaSet = snapshot.replicaSets.find(({ metadata }) => metadata?.uid === creator.ref.uid);
    const condition = replicaSet?.status?.conditions?.find(({ type }) => type === "ReplicaFailure");
    if (condition?.status !== "True" || condition.reason !== "FailedCreate") return undefined;
    return { message: condition.message ?? "", since: condition.lastTransitionTime ?? snapshot.takenAt };
  }
  const hasPods = snapshot.pods.some((pod) =>
    pod.metadata?.ownerReferences?.some(({ uid }) => uid === creator.ref.uid),
  );
  const event = eventsAbout(snapshot, creator.object)
    .filter(({ reason }) => reason === "FailedCreate")
    .at(-1);
  if (hasPods || !event || lastSeen(event) < scope.since) return undefined;
  const first = firstSeen(event);
  return { message: event.message ?? "", since: first < scope.since ? scope.since : first };
}

interface Classified {
  readonly kind: FailureKind;
  /** Seconds it has to last before it is fatal. */
  readonly seconds: number;
  /** The message without its preamble. */
  readonly words: string;
}

function classify(message: string, snapshot: ClusterSnapshot): Classified {
  const words = message.replace(/^.*?is forbidden: /s, "").replace(/^Error creating: /, "");
  if (/must specify .*(limits|requests)|failed quota/.test(message)) return { kind: "quota", seconds: 0, words };
  if (message.includes("exceeded quota")) {
    const seconds = isMakingRoom(snapshot) ? THRESHOLDS.makingRoomSeconds : THRESHOLDS.quotaSeconds;
    return { kind: "quota", seconds, words };
  }
  if (message.includes("status unknown for quota")) {
    return { kind: "quota", seconds: THRESHOLDS.makingRoomSeconds, words };
  }
  if (/service ?account .*not found/i.test(message)) {
    return { kind: "configuration", seconds: THRESHOLDS.configurationSeconds, words };
  }
  // What a policy says about the pod does not change by asking again.
  const decided = /violates PodSecurity|denied the request|denied request|is invalid:|(maximum|minimum) .* usage per/;
  return { kind: "admission", seconds: decided.test(message) ? 0 : THRESHOLDS.admissionSeconds, words };
}
