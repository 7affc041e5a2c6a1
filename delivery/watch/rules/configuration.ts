import { eventsAbout, firstSeen, secondsSince } from "../snapshot.ts";
import { THRESHOLDS } from "../thresholds.ts";
import { shortened, startOf, type ContainerRule } from "./finding.ts";

/** Facts of the image and the pod, which nothing that is still being created changes. */
const HOPELESS = /runAsNonRoot|runAsUser breaks|invalid image config|no command specified/i;

/** A ConfigMap, Secret or key that a container needs is not there, or it may not run as it asks. */
export const configuration: ContainerRule = ({ found, status }, snapshot) => {
  const waiting = status.state?.waiting;
  if (waiting?.reason !== "CreateContainerConfigError") return undefined;
  const detail = waiting.message ?? "";
  const first = eventsAbout(snapshot, found.pod).find(
    ({ reason, message }) => reason === "Failed" && message?.includes(detail),
  );
  const since = first ? firstSeen(first) : startOf(found, snapshot);
  return {
    kind: "configuration",
    fatal: HOPELESS.test(detail) || secondsSince(snapshot, since) >= THRESHOLDS.configurationSeconds,
    cause: `container ${status.name} cannot be configured: ${shortened(detail, 140)}`,
    detail,
    since,
  };
};
