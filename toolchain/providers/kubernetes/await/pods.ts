import { isMap, type PropertyMap } from "../../protocol/values.ts";
import { condition, isTrue, listAt, mapAt, nameOf, namespaceOf, numberAt, textAt, type KubeObject } from "../object.ts";
import { READY, waiting, type ReadinessRule } from "./readiness.ts";

/** A pod is ready when its Ready condition says so, or when it ran to its end. */
export const podReadiness: ReadinessRule = {
  watches: [],
  timeoutSeconds: 600,
  assess: (pod) => {
    if (isTrue(condition(pod, "Ready")) || textAt(pod, "status", "phase") === "Succeeded") return READY;
    return waiting(`Waiting for pod ${qualifiedName(pod)} to be ready`, podProblems(pod));
  },
};

/** What keeps a pod from being ready: one line for each container, or for the pod where it has not been scheduled. */
export function podProblems(pod: KubeObject): string[] {
  if (isTrue(condition(pod, "Ready"))) return [];
  const prefix = `[Pod ${qualifiedName(pod)}]: `;
  const statuses = [...listAt(pod, "status", "initContainerStatuses"), ...listAt(pod, "status", "containerStatuses")];
  const containers = statuses.filter(isMap).flatMap(containerProblems);
  const scheduled = condition(pod, "PodScheduled");
  const unscheduled = scheduled && !isTrue(scheduled) ? [describe(scheduled)] : [];
  const general = containers.length === 0 ? [describe(condition(pod, "Ready"))] : [];
  return [...unscheduled, ...(unscheduled.length > 0 ? [] : [...containers, ...general])]
    .filter((text) => text !== "")
    .map((text) => prefix + text);
}

function containerProblems(status: PropertyMap): string[] {
  if (status["ready"] === true) return [];
  const container = `container "${textAt(status, "name")}" (image "${textAt(status, "image")}")`;
  const waitingState = mapAt(status, "state", "waiting");
  const problems: string[] = [];
  if (!["", "ContainerCreating", "PodInitializing"].includes(textAt(waitingState, "reason"))) {
    problems.push(`${container} is waiting: ${describe(waitingState)}`);
  }
  const ended = [mapAt(status, "state", "terminated"), mapAt(status, "lastState", "terminated")].find(
    (state) => textAt(state, "reason") !== "" && textAt(state, "reason") !== "Completed",
  );
  if (ended) {
    const exit = `${textAt(ended, "reason")}: exit code ${numberAt(ended, "exitCode")}`;
    const message = textAt(ended, "message").trim();
    problems.push(`${container} terminated (${exit})${message === "" ? "" : `: ${message}`}`);
  }
  if (problems.length === 0 && status["state"] !== undefined && mapAt(status, "state")["running"] !== undefined) {
    problems.push(`${container} is running but not ready: its probes have not succeeded yet`);
  }
  return problems;
}

/** `[Reason] message` of a condition or a container's state. */
export function describe(state: PropertyMap | undefined): string {
  const [reason, message] = [textAt(state, "reason"), textAt(state, "message")];
  return [reason === "" ? "" : `[${reason}]`, message].filter((part) => part !== "").join(" ");
}

function qualifiedName(object: KubeObject): string {
  const namespace = namespaceOf(object);
  return namespace === "" || namespace === "default" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}
