import type { ContainerStatus } from "../kubernetes-objects.ts";
import type { Diagnosis } from "../diagnosis.ts";
import type { RolledOutPod } from "../rolled-out.ts";
import type { ClusterSnapshot, ObjectRef } from "../snapshot.ts";

/** What a rule says; the rest of the diagnosis follows from where it was found. */
export interface Finding extends Pick<Diagnosis, "kind" | "detail" | "since" | "exitCode" | "restarts" | "logs"> {
  readonly fatal: boolean;
  /** The cause alone: "image x cannot be pulled: not found". */
  readonly cause: string;
  /** Further objects whose events tell about it. */
  readonly related?: readonly ObjectRef[];
}

/** A rule about one pod as a whole. */
export type PodRule = (found: RolledOutPod, snapshot: ClusterSnapshot) => Finding | undefined;

/** One container of a pod, with what the rules need to know of its place there. */
export interface ContainerInPod {
  readonly found: RolledOutPod;
  readonly status: ContainerStatus;
  readonly image: string;
  /** Runs to its end before the service's own containers start. (A sidecar, `restartPolicy: Always`, does not.) */
  readonly isInit: boolean;
}

/** A rule about one container. */
export type ContainerRule = (container: ContainerInPod, snapshot: ClusterSnapshot) => Finding | undefined;

/** The containers of a pod, init containers first, as far as the kubelet has said anything about them. */
export function containersOf(found: RolledOutPod): readonly ContainerInPod[] {
  const { spec, status } = found.pod;
  const inits = spec?.initContainers ?? [];
  const place = (container: ContainerStatus): ContainerInPod => {
    const init = inits.find(({ name }) => name === container.name);
    const declared = init ?? spec?.containers.find(({ name }) => name === container.name);
    return {
      found,
      status: container,
      image: declared?.image ?? container.image,
      isInit: init !== undefined && init.restartPolicy !== "Always",
    };
  };
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(place);
}

/** The moment from which a pod's failure counts where nothing tells a better one. */
export function startOf({ pod }: RolledOutPod, snapshot: ClusterSnapshot): Date {
  return pod.status?.startTime ?? pod.metadata?.creationTimestamp ?? snapshot.takenAt;
}

/** Where to read the words of a container that has ended: `previous` once the kubelet waits to start it again. */
export function logsOf({ found, status }: ContainerInPod): NonNullable<Diagnosis["logs"]> {
  return { pod: found.ref.name, container: status.name, previous: status.state?.terminated === undefined };
}

/** "1 restart", "2 restarts". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** One line of at most so many characters: cluster messages repeat themselves at length. */
export function shortened(text: string, length = 200): string {
  const line = text
    .replace(/\s+/g, " ")
    .replace(/[\s:,.]+$/, "")
    .trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
