import type { Event } from "../kubernetes-objects.ts";
import { eventsAbout, firstSeen, secondsSince } from "../snapshot.ts";
import { THRESHOLDS } from "../thresholds.ts";
import { containersOf, shortened, type PodRule } from "./finding.ts";

/** On a node, but no container could be made yet: mounts, attachments, the pod's sandbox. */
export const podSetup: PodRule = (found, snapshot) => {
  const untouched = containersOf(found).every(
    ({ status }) => status.state?.waiting !== undefined && status.restartCount === 0,
  );
  const scheduled = found.pod.spec?.nodeName !== undefined;
  if (!untouched || !scheduled) return undefined;
  const event = eventsAbout(snapshot, found.pod)
    .filter(({ reason }) => reason !== undefined && SETUP_REASONS.has(reason))
    .at(-1);
  if (!event) return undefined;
  const { kind, seconds } = classify(event);
  const detail = event.message ?? "";
  const since = firstSeen(event);
  return {
    kind,
    fatal: secondsSince(snapshot, since) >= seconds,
    cause: `its pod cannot be set up: ${shortened(lastWords(detail), 160)}`,
    detail,
    since,
  };
};

const SETUP_REASONS = new Set(["FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox"]);

function classify({ reason, message = "" }: Event): {
  readonly kind: "configuration" | "volume" | "sandbox";
  readonly seconds: number;
} {
  if (reason === "FailedCreatePodSandBox") return { kind: "sandbox", seconds: THRESHOLDS.sandboxSeconds };
  if (/(configmap|secret) "[^"]+" not found|references non-existent (config|secret) key/.test(message)) {
    return { kind: "configuration", seconds: THRESHOLDS.configurationSeconds };
  }
  if (message.includes("Multi-Attach")) return { kind: "volume", seconds: THRESHOLDS.attachSeconds };
  return { kind: "volume", seconds: THRESHOLDS.volumeSeconds };
}

function lastWords(detail: string): string {
  return /(?:configmap|secret) "[^"]+" not found|references non-existent .*$/.exec(detail)?.[0] ?? detail;
}
