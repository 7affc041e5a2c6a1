import type { Termination } from "../kubernetes-objects.ts";
import { THRESHOLDS } from "../thresholds.ts";
import { counted, logsOf, shortened, startOf, type ContainerInPod, type ContainerRule } from "./finding.ts";

/** How a container that is not running now ended last; a restarted one that runs again may yet do well. */
function endOf({ status }: ContainerInPod): Termination | undefined {
  return status.state?.terminated ?? (status.state?.waiting ? status.lastState?.terminated : undefined);
}

const NO_SUCH_COMMAND = /executable file not found|no such file or directory|permission denied|exec format error/i;

/** The runtime could not run the container's command; a wrong command is known at once. */
export const cannotStart: ContainerRule = (container, snapshot) => {
  const { status } = container;
  const end = endOf(container);
  const started = end?.reason === "StartError" || end?.reason === "ContainerCannotRun" ? end : undefined;
  const waiting = status.state?.waiting;
  const isWaiting = waiting?.reason === "RunContainerError" || waiting?.reason === "CreateContainerError";
  if (!started && !isWaiting) return undefined;
  const detail = started?.message ?? waiting?.message ?? "";
  return {
    kind: "cannotStart",
    fatal: NO_SUCH_COMMAND.test(detail) || status.restartCount >= THRESHOLDS.crashRestarts,
    cause: `container ${status.name} cannot start: ${commandError(detail)}`,
    detail,
    since: started?.finishedAt ?? startOf(container.found, snapshot),
    restarts: status.restartCount,
  };
};

function commandError(detail: string): string {
  return shortened(/exec: .*$/s.exec(detail)?.[0].replace(/: unknown$/, "") ?? detail, 120);
}

/** Killed at its memory limit. */
export const outOfMemory: ContainerRule = (container, snapshot) => {
  const { status, found } = container;
  const end = endOf(container);
  if (end?.reason !== "OOMKilled") return undefined;
  const limit = found.pod.spec?.containers.find(({ name }) => name === status.name)?.resources?.limits?.["memory"];
  return {
    kind: "outOfMemory",
    fatal: found.job === undefined && status.restartCount >= THRESHOLDS.outOfMemoryRestarts,
    cause: `container ${status.name} needs more memory than its limit${limit ? ` of ${limit}` : ""}`,
    detail: end.message ?? "",
    since: end.finishedAt ?? startOf(found, snapshot),
    exitCode: end.exitCode,
    restarts: status.restartCount,
    logs: logsOf(container),
  };
};

/**
 * A program that ends when it should run on, or an init container that fails. In a Job the Job's own limit of retries
 * decides, except for a wrong configuration, which no retry mends.
 */
export const crash: ContainerRule = (container, snapshot) => {
  const { status, found, isInit } = container;
  const end = endOf(container);
  if (!end) return undefined;
  const misconfigured = end.exitCode === THRESHOLDS.configurationExitCode;
  if (end.exitCode === 0 && (isInit || found.pod.spec?.restartPolicy !== "Always")) return undefined;
  if (found.job && !misconfigured) return undefined;
  const { restartCount } = status;
  const times = restartCount === 0 ? "" : `, after ${counted(restartCount, "restart")}`;
  return {
    kind: isInit ? "initContainer" : "crashLoop",
    fatal: misconfigured || restartCount >= THRESHOLDS.crashRestarts,
    cause: `${isInit ? "init container" : "container"} ${status.name} ${ending(end, misconfigured)}${times}`,
    detail: end.message ?? "",
    since: end.finishedAt ?? startOf(found, snapshot),
    exitCode: end.exitCode,
    restarts: restartCount,
    logs: logsOf(container),
  };
};

function ending(end: Termination, misconfigured: boolean): string {
  if (misconfigured) return `refuses its configuration (exit code ${end.exitCode})`;
  if (end.exitCode === 0) return "ends by itself (exit code 0), but should run on";
  return end.signal ? `is killed by signal ${end.signal}` : `crashes with exit code ${end.exitCode}`;
}
