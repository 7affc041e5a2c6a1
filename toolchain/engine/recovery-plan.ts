/** A lock in a `file://` back end: who holds the stack. */
export interface StackLock {
  readonly pid: number;
  readonly hostname: string;
}

/** An operation that the engine had begun and not recorded as ended. */
export interface PendingOperation {
  readonly type: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a stack needs before its next update. */
export interface RecoveryPlan {
  /** The update that still runs: nothing may be done. */
  readonly runningPid?: number;
  /** Whether locks of ended processes have to go (`pulumi cancel`). */
  readonly unlock: boolean;
  /** Objects that may exist in the cluster and are not in the state: to be put there, and then read. */
  readonly adopt: readonly { readonly urn: string; readonly id: string }[];
  /** Creates of resources that leave nothing behind, to be forgotten. */
  readonly forget: readonly string[];
}

/**
 * What an interrupted update has left to do.
 *
 * Only creates matter: the engine repeats updates and deletions by itself. A Kubernetes object's id follows from its
 * inputs; a random value or an image that was not recorded is simply made again.
 */
export function recoveryPlan(
  locks: readonly StackLock[],
  pending: readonly PendingOperation[],
  isRunning: (lock: StackLock) => boolean,
): RecoveryPlan {
  const running = locks.find(isRunning);
  const creates = pending.filter(({ type }) => type === "creating");
  const identified = creates.map((operation) => ({ urn: operation.urn, id: kubernetesId(operation) }));
  return {
    ...(running === undefined ? {} : { runningPid: running.pid }),
    unlock: locks.length > 0,
    adopt: identified.flatMap(({ urn, id }) => (id === undefined ? [] : [{ urn, id }])),
    forget: identified.flatMap(({ urn, id }) => (id === undefined ? [urn] : [])),
  };
}

/** `namespace/name` of a Kubernetes object; undefined for what is none. */
function kubernetesId({ urn, inputs }: PendingOperation): string | undefined {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  if (!type.startsWith("kubernetes:")) return undefined;
  const metadata = inputs["metadata"];
  if (typeof metadata !== "object" || metadata === null) return undefined;
  const { name, namespace } = metadata as { name?: unknown; namespace?: unknown };
  if (typeof name !== "string") return undefined;
  return typeof namespace === "string" && namespace !== "" ? `${namespace}/${name}` : name;
}

/** A resource in an exported stack. */
export interface StateResource {
  readonly urn: string;
  readonly id?: string | undefined;
  /** Set while its replacement is being made, the old object being gone already. */
  readonly pendingReplacement?: boolean | undefined;
}

/** What an exported stack has that matters here; the other fields are left as they are. */
export interface StateDeployment<Resource extends StateResource> {
  readonly resources?: readonly Resource[] | undefined;
  readonly pending_operations?: readonly { readonly resource: Resource }[] | undefined;
}

/**
 * The state in which the plan's objects are resources, and no operation is pending. The refresh that has to follow fills
 * them in, and drops those that do not exist after all.
 *
 * (`pulumi refresh --import-pending-creates` loses them: engine 3.256 keeps only creates pending and adds no resource.)
 */
export function repairedState<Resource extends StateResource, State extends StateDeployment<Resource>>(
  state: State,
  plan: Pick<RecoveryPlan, "adopt">,
): State {
  const ids = new Map(plan.adopt.map(({ urn, id }) => [urn, id]));
  const pending = (state.pending_operations ?? []).map(({ resource }) => resource);
  const known = (state.resources ?? []).filter((resource) => !(resource.pendingReplacement && ids.has(resource.urn)));
  const adopted = pending.flatMap((resource) => {
    const id = ids.get(resource.urn);
    // A replacement that was being made beside its predecessor is made again: two of one name cannot be told apart.
    return id === undefined || known.some(({ urn }) => urn === resource.urn) ? [] : [{ ...resource, id }];
  });
  return { ...state, resources: [...known, ...adopted], pending_operations: [] };
}
