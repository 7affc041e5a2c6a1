import type { Dossier } from "../watch/dossier.ts";
import type { CheckResult } from "./activity.ts";
import type { Sample } from "./analysis/sample.ts";
import type { Migration } from "../../model/declaration/migration.ts";
import type { ReleasePlan, Revision, VerifiedRelease } from "./plan.ts";
import type { Notification, ReleaseState } from "./state.ts";

// Everything a release does to the world. Ports do work that can be told again: after a crash the same key comes back,
// and doing it once more must come to the same. They retry what may pass by itself; a rejection is final.

/** What comes with every piece of work. */
export interface WorkContext {
  /** The same key is the same work. */
  readonly key: string;
  readonly plan: ReleasePlan;
  /** Aborted when the work is no longer wanted: stop as soon as it is safe to, and settle. */
  readonly signal: AbortSignal;
}

/** Work that failed. The message is fit for a user and holds no secret. */
export class WorkFailedError extends Error {
  override readonly name = "WorkFailedError";
  /** What the watch found out about it. */
  readonly dossiers: readonly Dossier[];
  /** Which migrations are applied after one of them failed, by file; left out where the database could not say. */
  readonly applied: readonly string[] | undefined;

  constructor(
    message: string,
    detail: { readonly dossiers?: readonly Dossier[]; readonly applied?: readonly string[] } = {},
  ) {
    super(message);
    this.dossiers = detail.dossiers ?? [];
    this.applied = detail.applied;
  }
}

/** The Pulumi engine: images and pods. */
export interface EnginePort {
  /** Builds and pushes the images. Resolves with every service's revision. */
  readonly build: (context: WorkContext) => Promise<readonly Revision[]>;
  /** Brings revisions up in the canary's namespace; resolves when all are ready. */
  readonly deployCanary: (context: WorkContext, revisions: readonly Revision[]) => Promise<void>;
  /** Rolls revisions out in the platform's namespace; resolves when all are ready. */
  readonly deployStable: (context: WorkContext, revisions: readonly Revision[]) => Promise<void>;
  /** Rolls the platform's namespace back to a verified release; resolves when all of it is ready. */
  readonly restoreStable: (context: WorkContext, release: VerifiedRelease) => Promise<void>;
  readonly removeCanary: (context: WorkContext) => Promise<void>;
}

/** What divides the traffic between stable and canary. */
export interface TrafficPort {
  /** Resolves when the gateway routes by this weight (percent to the canary). */
  readonly setWeight: (context: WorkContext, weight: number) => Promise<void>;
}

/** What is seen of the running platform. */
export interface ClusterPort {
  /** One look at both sides; counts of requests begin where the last ones ended (milliseconds since 1970). */
  readonly sample: (context: WorkContext, countedUntilMs: number) => Promise<Sample>;
  /** Every check of seed 003's stage 7. */
  readonly checkReadiness: (context: WorkContext) => Promise<readonly CheckResult[]>;
  /** The health of a release that a rollback brought back. */
  readonly checkRestored: (context: WorkContext) => Promise<readonly CheckResult[]>;
  /** Reports failures that cannot mend themselves, until the signal ends it. */
  readonly watch: (
    plan: ReleasePlan,
    onFailure: (failure: { readonly reason: string; readonly dossiers: readonly Dossier[] }) => void,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** The platform's database. */
export interface DatabasePort {
  /**
   * Applies those that are not applied. Resolves with the files among them that the database then has.
   *
   * @throws WorkFailedError with what is applied, where the database can still say.
   */
  readonly migrate: (context: WorkContext, migrations: readonly Migration[]) => Promise<readonly string[]>;
  /** Which of these the database has, by file. */
  readonly applied: (
    platform: string,
    migrations: readonly Migration[],
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /** Undoes those that are applied, in the order given. */
  readonly revert: (context: WorkContext, migrations: readonly Migration[]) => Promise<void>;
}

export interface SyntheticsPort {
  /** Runs checks by their names, in parallel. A check that fails is a result, not a rejection. */
  readonly run: (context: WorkContext, checks: readonly string[]) => Promise<readonly CheckResult[]>;
}

export interface NotifierPort {
  /** Rejects when it could not be sent; the release goes on either way. */
  readonly notify: (notification: Notification, signal: AbortSignal) => Promise<void>;
}

export interface ClockPort {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or early when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** One entry of the journal: the release as it stood after a transition. */
export interface JournalRecord {
  /** One more than the entry before it, over all releases of the platform. */
  readonly sequence: number;
  /** Who wrote it. */
  readonly holder: string;
  readonly state: ReleaseState;
}

/** Somebody else has written meanwhile: this process no longer drives the release. */
export class JournalConflictError extends Error {
  override readonly name = "JournalConflictError";
}

/** Where releases are remembered, one platform beside the other. */
export interface JournalPort {
  readonly latest: (platform: string) => Promise<JournalRecord | undefined>;
  /** @throws JournalConflictError when the latest entry is not the one before this. */
  readonly write: (platform: string, record: JournalRecord) => Promise<void>;
  /** The last state of each release, the newest first. */
  readonly history: (platform: string) => Promise<readonly ReleaseState[]>;
  /** Asks the process that drives an attempt of a release to abort it. */
  readonly requestAbort: (platform: string, attempt: AttemptRef, by: string) => Promise<void>;
  /** Who asked for it; undefined when nobody did. */
  readonly abortRequestedBy: (platform: string, attempt: AttemptRef) => Promise<string | undefined>;
}

/** One attempt of one release. */
export interface AttemptRef {
  readonly release: string;
  readonly attempt: number;
}

/** The platform's lock, while it is held. */
export interface HeldLock {
  /** Aborted when the lock is lost: another process may drive the platform from now on. */
  readonly lost: AbortSignal;
  /** Gives it back; never rejects, for a lock that cannot be given back expires. */
  readonly release: () => Promise<void>;
}

/** Another process drives a release of the platform. */
export class LockHeldError extends Error {
  override readonly name = "LockHeldError";
  readonly holder: string;
  /** When the holder took it, in milliseconds since 1970. */
  readonly acquiredMs: number;

  constructor(platform: string, holder: string, acquiredMs: number) {
    super(`a release of ${platform} is driven by ${holder} since ${new Date(acquiredMs).toISOString()}`);
    this.holder = holder;
    this.acquiredMs = acquiredMs;
  }
}

export interface LockPort {
  /** @throws LockHeldError when a living process holds it. */
  readonly acquire: (platform: string, holder: string) => Promise<HeldLock>;
}

/** All ports of a release. */
export interface ReleasePorts {
  readonly engine: EnginePort;
  readonly traffic: TrafficPort;
  readonly cluster: ClusterPort;
  readonly database: DatabasePort;
  readonly synthetics: SyntheticsPort;
  readonly notifier: NotifierPort;
  readonly clock: ClockPort;
  readonly journal: JournalPort;
  readonly lock: LockPort;
}
