import { V1MicroTime, type V1Lease } from "@kubernetes/client-node";
import { ifThere, isConflict } from "../../cluster-client/api-answers.ts";
import type { Cluster } from "../../cluster-client/cluster.ts";
import { LeaseConflictError, type Lease, type LeaseStore } from "../lock/lease.ts";

/**
 * Keeps a platform's lease in its own namespace (coordination.k8s.io/v1). Nothing is told again here: the lock renews in
 * time, or gives up in time.
 */
export function leaseStore({ coordination }: Pick<Cluster, "coordination">, namespace: string): LeaseStore {
  return {
    read: async (name) => {
      const found = await ifThere(coordination.readNamespacedLease({ name, namespace }));
      return found && { lease: leaseIn(found), version: found.metadata?.resourceVersion ?? "" };
    },
    write: async (name, lease, version) => {
      const body = {
        metadata: { name, namespace, ...(version === undefined ? {} : { resourceVersion: version }) },
        spec: {
          holderIdentity: lease.holder,
          leaseDurationSeconds: lease.durationSeconds,
          acquireTime: new V1MicroTime(lease.acquiredMs),
          renewTime: new V1MicroTime(lease.renewedMs),
          leaseTransitions: lease.transitions,
        },
      } as unknown as V1Lease;
      try {
        await (version === undefined
          ? coordination.createNamespacedLease({ namespace, body })
          : coordination.replaceNamespacedLease({ name, namespace, body }));
      } catch (error) {
        if (isConflict(error)) throw new LeaseConflictError(`Lease ${name} has been written by somebody else`);
        throw error;
      }
    },
  };
}

function leaseIn({ spec }: V1Lease): Lease {
  return {
    holder: spec?.holderIdentity ?? "",
    durationSeconds: spec?.leaseDurationSeconds ?? 0,
    acquiredMs: millisecondsOf(spec?.acquireTime),
    renewedMs: millisecondsOf(spec?.renewTime),
    transitions: spec?.leaseTransitions ?? 0,
  };
}

/** The client library declares a date, and leaves the text as the API server sent it. */
function millisecondsOf(time: V1MicroTime | string | undefined): number {
  return time === undefined ? 0 : new Date(time).getTime();
}
