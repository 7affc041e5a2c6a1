import { LockHeldError, type ClockPort, type HeldLock, type LockPort } from "../ports.ts";
import {
  DEFAULT_LEASE_TIMING,
  LeaseConflictError,
  mayTake,
  type Lease,
  type LeaseStore,
  type LeaseTiming,
  type Observation,
} from "./lease.ts";

/** One lock a platform, kept as a lease and renewed in the background while it is held. */
export function leaseLock(store: LeaseStore, clock: ClockPort, timing: LeaseTiming = DEFAULT_LEASE_TIMING): LockPort {
  return {
    acquire: async (platform, holder) => {
      const name = `release-${platform}`;
      const lease = await take({ store, clock, timing, platform, name, holder });
      return hold({ store, clock, timing, name }, lease);
    },
  };
}

interface Holding {
  readonly store: LeaseStore;
  readonly clock: ClockPort;
  readonly timing: LeaseTiming;
  readonly name: string;
}

async function take(wanted: Holding & { readonly platform: string; readonly holder: string }): Promise<Lease> {
  const { store, clock, timing, platform, name, holder } = wanted;
  let before: Observation | undefined;
  for (;;) {
    const stored = await store.read(name);
    const now = clock.now();
    switch (mayTake(stored?.lease, before, now)) {
      case "take": {
        const lease: Lease = {
          holder,
          durationSeconds: timing.duration,
          acquiredMs: now,
          renewedMs: now,
          transitions: (stored?.lease.transitions ?? 0) + 1,
        };
        if (await written(store.write(name, lease, stored?.version))) return lease;
        before = undefined;
        continue;
      }
      case "held":
        throw new LockHeldError(platform, stored?.lease.holder ?? "", stored?.lease.acquiredMs ?? now);
      case "wait":
        if (stored) before ??= { lease: stored.lease, sinceMs: now };
        await clock.sleep(timing.retry * 1000);
    }
  }
}

function hold(holding: Holding, taken: Lease): HeldLock {
  const { store, clock, timing, name } = holding;
  const lost = new AbortController();
  const given = new AbortController();
  const renewing = (async () => {
    let renewedMs = taken.renewedMs;
    for (;;) {
      await clock.sleep(timing.retry * 1000, given.signal);
      if (given.signal.aborted) return;
      const renewal = await renew(holding, taken).catch(() => "unreachable" as const);
      if (renewal === "renewed") renewedMs = clock.now();
      else if (renewal === "taken" || clock.now() - renewedMs >= timing.renewDeadline * 1000) {
        lost.abort();
        return;
      }
    }
  })();
  return {
    lost: lost.signal,
    release: async () => {
      given.abort();
      await renewing;
      if (lost.signal.aborted) return;
      const stored = await store.read(name).catch(() => undefined);
      if (!stored || !isSame(stored.lease, taken)) return;
      await store.write(name, { ...stored.lease, holder: "" }, stored.version).catch(() => undefined);
    },
  };
}

async function renew({ store, clock, name }: Holding, taken: Lease): Promise<"renewed" | "taken"> {
  const stored = await store.read(name);
  if (!stored || !isSame(stored.lease, taken)) return "taken";
  const renewed = await written(store.write(name, { ...stored.lease, renewedMs: clock.now() }, stored.version));
  return renewed ? "renewed" : "taken";
}

/** A holder that lost the lease and took it again is not the holder that lost it. */
function isSame(lease: Lease, taken: Lease): boolean {
  return lease.holder === taken.holder && lease.transitions === taken.transitions;
}

async function written(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof LeaseConflictError) return false;
    throw error;
  }
}
