import { countOf, eventsAbout, firstSeen } from "../snapshot.ts";
import { THRESHOLDS } from "../thresholds.ts";
import { counted, shortened, type ContainerRule } from "./finding.ts";

/**
 * Probes that fail. A failing probe alone is a suspicion, for a slow start fails probes too; it is a failure once the
 * kubelet kills the container for it, because the budget of the probe is what the service itself allows.
 */
export const probe: ContainerRule = ({ found, status }, snapshot) => {
  if (status.ready) return undefined;
  const events = eventsAbout(snapshot, found.pod).filter((event) =>
    concerns(event.involvedObject.fieldPath, status.name),
  );
  const killings = (type: string): number =>
    events
      .filter(({ reason, message }) => reason === "Killing" && message?.includes(`failed ${type} probe`))
      .reduce((sum, event) => sum + countOf(event), 0);
  const startup = killings("startup");
  const liveness = killings("liveness");
  const complaints = events.filter(({ reason }) => reason === "Unhealthy");
  const last = complaints.at(-1);
  const failures = complaints.reduce((sum, event) => sum + countOf(event), 0);
  if (last === undefined || (startup + liveness === 0 && failures < THRESHOLDS.readinessSuspect)) return undefined;
  const detail = last.message ?? "";
  const killed = startup + liveness;
  // A program that ended by itself also failed the probes that met it on its way out: the crash explains both.
  if (killed === 0 && !status.state?.running) return undefined;
  return {
    kind: "probe",
    fatal: startup >= THRESHOLDS.startupKills || liveness >= THRESHOLDS.livenessKills,
    cause:
      killed > 0
        ? `container ${status.name} was killed ${counted(killed, "time")} by its ${startup > 0 ? "startup" : "liveness"} probe: ${shortened(detail, 120)}`
        : `container ${status.name} is not ready: ${shortened(detail, 120)}`,
    detail,
    since: firstSeen(complaints[0] ?? last),
    restarts: status.restartCount,
    logs: { pod: found.ref.name, container: status.name, previous: status.restartCount > 0 },
  };
};

/** Events name their container as `spec.containers{app}`; one without a name may concern any. */
function concerns(fieldPath: string | undefined, container: string): boolean {
  return fieldPath === undefined || fieldPath.endsWith(`{${container}}`);
}
