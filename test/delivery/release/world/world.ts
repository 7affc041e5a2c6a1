import type { JournalRecord } from "../../../../delivery/release/ports.ts";
import { LeaseConflictError, type LeaseStore, type StoredLease } from "../../../../delivery/release/lock/lease.ts";
import type { Notification } from "../../../../delivery/release/state.ts";
import { VirtualTime } from "./virtual-time.ts";

/** What is wrong with a release, wherever it runs. */
export type Fault =
  | "build"
  | "wrongImage"
  | "crash"
  | "unready"
  | "dependency"
  | "errors"
  | "slow"
  | "migration"
  | "synthetics"
  | "rollout"
  | "readiness";

/** What is wrong with the surroundings. */
export type Trouble =
  | "notifierDown"
  | "metricsDown"
  | "metricsNaN"
  | "metricsLate"
  | "noTraffic"
  | "databaseSilent"
  | "restoreFails"
  | "gatewayStuck"
  | "hangingMigration";

/** What outlives every process: a platform's pods, traffic, database, journal and lease. */
export class World {
  readonly time: VirtualTime;
  /** The release whose pods run in the platform's namespace; `mixed` in the middle of a rolling update. */
  stable: { readonly release: string; readonly mixed: boolean } | undefined;
  /** The release whose pods run in the canary's namespace; `mixed` while they are coming up. */
  canary: { readonly release: string; readonly mixed: boolean } | undefined;
  weight = 0;
  readonly applied = new Set<string>();
  readonly sent = new Map<string, Notification>();
  readonly faults = new Map<string, Fault>();
  readonly troubles = new Set<Trouble>();
  /** What must never happen, and did. */
  readonly violations: string[] = [];
  /** As text: what is kept must survive it. */
  readonly journal: string[] = [];
  sequence = 0;
  readonly abortRequests = new Map<string, string>();
  busy = 0;
  lease: StoredLease | undefined;

  constructor(time = new VirtualTime(Date.UTC(2026, 10, 21, 10))) {
    this.time = time;
  }

  /** The faults of whatever runs there. */
  faultOf(side: { readonly release: string } | undefined): Fault | undefined {
    return side && this.faults.get(side.release);
  }

  expect(holds: boolean, rule: string): void {
    if (!holds) this.violations.push(rule);
  }

  latest(): JournalRecord | undefined {
    const text = this.journal.at(-1);
    return text === undefined ? undefined : (JSON.parse(text) as JournalRecord);
  }

  /** Another world in the same state. */
  copy(): World {
    const copy = new World(new VirtualTime(this.time.now()));
    copy.stable = this.stable;
    copy.canary = this.canary;
    copy.weight = this.weight;
    copy.sequence = this.sequence;
    copy.lease = this.lease;
    copy.journal.push(...this.journal);
    for (const file of this.applied) copy.applied.add(file);
    return copy;
  }

  readonly leases: LeaseStore = {
    read: () => Promise.resolve(this.lease),
    write: (_name, lease, version) => {
      if (this.lease?.version !== version) return Promise.reject(new LeaseConflictError("conflict"));
      this.lease = { lease, version: String(Number(version ?? 0) + 1) };
      return Promise.resolve();
    },
  };
}
