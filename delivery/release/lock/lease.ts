/**
 * A lock as Kubernetes keeps it (coordination.k8s.io/v1, LeaseSpec): who holds it, since when, and when it was last
 * renewed. Times in milliseconds since 1970, by the holder's clock.
 */
export interface Lease {
  /** `holderIdentity`; empty when it has been given back. */
  readonly holder: string;
  /** `leaseDurationSeconds`. */
  readonly durationSeconds: number;
  /** `acquireTime`. */
  readonly acquiredMs: number;
  /** `renewTime`. */
  readonly renewedMs: number;
  /** `leaseTransitions`: how often it has changed hands. */
  readonly transitions: number;
}

/** Somebody else has written the lease since it was read. */
export class LeaseConflictError extends Error {
  override readonly name = "LeaseConflictError";
}

/** A lease and the version that a write has to name (`metadata.resourceVersion`). */
export interface StoredLease {
  readonly lease: Lease;
  readonly version: string;
}

/** Where leases are kept. */
export interface LeaseStore {
  readonly read: (name: string) => Promise<StoredLease | undefined>;
  /**
   * Writes over `version`, or creates the lease where none is named.
   *
   * @throws LeaseConflictError when the stored one is another.
   */
  readonly write: (name: string, lease: Lease, version: string | undefined) => Promise<void>;
}

/** How a lock is kept, in seconds. */
export interface LeaseTiming {
  /** After so long without a renewal others may take it. */
  readonly duration: number;
  /** After so long without a renewal the holder gives up, well before others may take it. */
  readonly renewDeadline: number;
  /** Between two renewals, or two looks. */
  readonly retry: number;
}

/** Twice client-go's leader election (15, 10, 2), so that a restart of the API server costs no release its lock. */
export const DEFAULT_LEASE_TIMING: LeaseTiming = { duration: 30, renewDeadline: 20, retry: 4 };

/** What another process's lease looked like, and since when it has been looked at, by this process's own clock. */
export interface Observation {
  readonly lease: Lease;
  readonly sinceMs: number;
}

/**
 * Whether a lease may be taken. As in client-go, an expiry is never computed from the holder's clock: a lease has
 * expired when it was seen not to change for as long as it lasts.
 *
 * - `take`: it is free, or its holder is gone.
 * - `held`: its holder has renewed it while it was looked at.
 * - `wait`: look again.
 */
export function mayTake(
  lease: Lease | undefined,
  before: Observation | undefined,
  nowMs: number,
): "take" | "held" | "wait" {
  if (lease === undefined || lease.holder === "") return "take";
  if (before === undefined) return "wait";
  const unchanged = before.lease.holder === lease.holder && before.lease.renewedMs === lease.renewedMs;
  if (!unchanged) return "held";
  return nowMs - before.sinceMs >= lease.durationSeconds * 1000 ? "take" : "wait";
}
