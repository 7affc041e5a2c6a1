import { drive, type DriveOptions } from "./driver.ts";
import type { Migration } from "../../model/declaration/migration.ts";
import type { ReleasePlan, VerifiedRelease } from "./plan.ts";
import { LockHeldError, type HeldLock, type JournalRecord } from "./ports.ts";
import { reduce, start, startRollback } from "./reduce.ts";
import { isAtRest, isOpen, servingAfter, type ReleaseState } from "./state.ts";

/** What a release is asked for: a plan, without what only the journal and the database know. */
export type ReleaseRequest = Omit<ReleasePlan, "previous">;

/** The platform has a release that somebody must finish first. */
export class ReleaseOpenError extends Error {
  override readonly name = "ReleaseOpenError";
  readonly state: ReleaseState;

  constructor(state: ReleaseState) {
    const { plan, status } = state;
    super(`release ${plan.id} of ${plan.platform} is ${status.kind}: resume or abort it first`);
    this.state = state;
  }
}

/** There is no release of the platform to do this to. */
export class NoReleaseError extends Error {
  override readonly name = "NoReleaseError";
}

/**
 * Releases a platform.
 *
 * @throws LockHeldError while another process drives a release of it; ReleaseOpenError when one is left unfinished.
 */
export function startRelease(request: ReleaseRequest, options: DriveOptions): Promise<ReleaseState> {
  const { ports } = options;
  return locked(request.platform, options, async (lock, latest) => {
    if (latest && isOpen(latest.state)) throw new ReleaseOpenError(latest.state);
    const migrations = await pending(request, options);
    const previous = latest && servingAfter(latest.state);
    const plan: ReleasePlan = { ...request, migrations, ...(previous ? { previous } : {}) };
    return drive(start(plan, ports.clock.now()), latest?.sequence ?? 0, lock, options);
  });
}

/** Goes on with the latest release: after a crash, or after a pause. One that has come to rest for good stays as it is. */
export function resumeRelease(platform: string, options: DriveOptions): Promise<ReleaseState> {
  return locked(platform, options, async (lock, latest) => {
    const { state, sequence } = existing(platform, latest);
    if (isAtRest(state) && state.status.kind !== "paused") return state;
    const resumed = reduce(state, { kind: "resumed", by: options.holder, atMs: options.ports.clock.now() });
    return drive(resumed, sequence, lock, options);
  });
}

/** Tries the latest release again from its start, after it was rolled back, frozen, or failed. */
export function retryRelease(platform: string, options: DriveOptions): Promise<ReleaseState> {
  return locked(platform, options, async (lock, latest) => {
    const { state, sequence } = existing(platform, latest);
    const retried = reduce(state, { kind: "retried", by: options.holder, atMs: options.ports.clock.now() });
    if (retried.state === state) throw new ReleaseOpenError(state);
    return drive(retried, sequence, lock, options);
  });
}

/**
 * Aborts the latest release: rolls it back, or asks the process that drives it to do so.
 *
 * @returns the state after the way back, or as it was when another process was asked.
 */
export async function abortRelease(platform: string, options: DriveOptions): Promise<ReleaseState> {
  const { journal, clock } = options.ports;
  try {
    return await locked(platform, options, async (lock, latest) => {
      const { state, sequence } = existing(platform, latest);
      const atMs = clock.now();
      // Nobody drove it meanwhile, so what a crash left to be done is done again, under the same clock as after a resume.
      const resumed =
        state.status.kind === "paused" ? state : reduce(state, { kind: "resumed", by: options.holder, atMs }).state;
      const aborted = reduce(resumed, { kind: "abortRequested", by: options.holder, atMs });
      if (aborted.state === resumed && isAtRest(state)) return state;
      const first = aborted.state === resumed ? reduce(state, { kind: "resumed", by: options.holder, atMs }) : aborted;
      return drive(first, sequence, lock, options);
    });
  } catch (error) {
    if (!(error instanceof LockHeldError)) throw error;
    const { state } = existing(platform, await journal.latest(platform));
    await journal.requestAbort(platform, { release: state.plan.id, attempt: state.attempt }, options.holder);
    return state;
  }
}

/**
 * Rolls a platform back to a verified release, by hand.
 *
 * @throws LockHeldError while another process drives a release of it; ReleaseOpenError when one is left unfinished.
 */
export function rollBackTo(
  request: ReleaseRequest,
  previous: VerifiedRelease,
  options: DriveOptions,
): Promise<ReleaseState> {
  return locked(request.platform, options, (lock, latest) => {
    if (latest && isOpen(latest.state)) throw new ReleaseOpenError(latest.state);
    const first = startRollback({ ...request, previous }, options.holder, options.ports.clock.now());
    return drive(first, latest?.sequence ?? 0, lock, options);
  });
}

async function locked(
  platform: string,
  { ports, holder }: DriveOptions,
  work: (lock: HeldLock, latest: JournalRecord | undefined) => Promise<ReleaseState>,
): Promise<ReleaseState> {
  const lock = await ports.lock.acquire(platform, holder);
  try {
    return await work(lock, await ports.journal.latest(platform));
  } finally {
    await lock.release();
  }
}

function existing(platform: string, latest: JournalRecord | undefined): JournalRecord {
  if (!latest) throw new NoReleaseError(`${platform} has never been released`);
  return latest;
}

/** A migration that another release applied is none of this one's: it neither freezes it nor is undone with it. */
async function pending(
  { platform, migrations }: ReleaseRequest,
  { ports }: DriveOptions,
): Promise<readonly Migration[]> {
  if (migrations.length === 0) return [];
  const applied = await ports.database.applied(platform, migrations, new AbortController().signal);
  return migrations.filter(({ file }) => !applied.includes(file));
}
