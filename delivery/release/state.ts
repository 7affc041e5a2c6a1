import type { Dossier } from "../watch/dossier.ts";
import type { Activity, CheckResult } from "./activity.ts";
import type { Analysis } from "./analysis/analyse.ts";
import type { Migration } from "../../model/declaration/migration.ts";
import type { SchemaChange } from "./migration-policy.ts";
import type { ReleasePlan, Revision, Stage, VerifiedRelease } from "./plan.ts";

/** Why a release left its way forward. */
export interface Failure {
  /** The stage that failed, or the way back itself. */
  readonly stage: Stage | "rollback";
  /** `check`: what the stage is there to find. `timeLimit`, `abort`: from outside it. */
  readonly trigger: "check" | "timeLimit" | "abort";
  readonly reason: string;
  readonly dossiers: readonly Dossier[];
}

/** What is left of a rollback: traffic first, then pods, then the database. */
export type RollbackStep = "traffic" | "inspect" | "stable" | "canary" | "database" | "check";

/** Where a release stands. */
export type Status =
  | { readonly kind: "running"; readonly stage: Stage }
  /** Inconclusive: a person resumes or aborts. */
  | { readonly kind: "paused"; readonly stage: "canary" | "rollout"; readonly reason: string }
  | {
      readonly kind: "rollingBack";
      readonly failure: Failure;
      readonly remaining: readonly RollbackStep[];
      readonly revert: readonly Migration[];
    }
  /** A person has to answer the question, by retry or abort. */
  | { readonly kind: "frozen"; readonly failure: Failure; readonly question: string }
  | { readonly kind: "done" }
  | { readonly kind: "rolledBack"; readonly failure: Failure }
  /** Stopped: the way back failed, or there was none. */
  | { readonly kind: "failed"; readonly failure: Failure };

/** One stage as it went, for the report. */
export interface StageRecord {
  readonly stage: Stage | "rollback";
  readonly attempt: number;
  readonly startedMs: number;
  readonly endedMs?: number;
  readonly outcome?: "passed" | "failed" | "skipped";
  /** Time within it in which no process drove the release, in milliseconds. */
  readonly idleMs: number;
}

/** A message to people. The same key is the same message. */
export interface Notification {
  readonly key: string;
  /** `critical` calls somebody out. */
  readonly severity: "info" | "warning" | "critical";
  readonly release: string;
  readonly platform: string;
  readonly title: string;
  readonly text: string;
}

/** What became of a notification. */
export interface Delivery {
  readonly title: string;
  /** Why it could not be sent; left out when it was. */
  readonly problem?: string;
}

/** Everything that is known of a release. Plain data: the journal keeps it, and the machine goes on from it. */
export interface ReleaseState {
  readonly schemaVersion: 1;
  readonly plan: ReleasePlan;
  /** 1, and one more with each retry. */
  readonly attempt: number;
  readonly status: Status;
  /** What is being done; nothing where the release waits for a person, or has ended. */
  readonly activity?: Activity | undefined;
  /** Activities and notifications so far: the last part of the next key. */
  readonly issued: number;
  /** The step that the canary is at: an index into the plan's steps. */
  readonly step: number;
  /** The canary's weight in percent, as last written. */
  readonly weight: number;
  readonly revisions: readonly Revision[];
  readonly schema: SchemaChange;
  /** What the release may have changed: set before the change is made, so that a crash within it is covered. */
  readonly touched: { readonly traffic: boolean; readonly canary: boolean; readonly stable: boolean };
  readonly analysis?: Analysis | undefined;
  /** Limits that run, in milliseconds since 1970. */
  readonly deadlines: { readonly stageMs?: number; readonly totalMs?: number };
  readonly lastEventMs: number;
  readonly stages: readonly StageRecord[];
  readonly weights: readonly { readonly atMs: number; readonly weight: number }[];
  readonly checks: readonly (CheckResult & { readonly stage: Stage | "rollback"; readonly attempt: number })[];
  readonly unsent: readonly Notification[];
  readonly deliveries: readonly Delivery[];
}

/** True when nothing will happen any more unless a person wants it. */
export function isAtRest({ activity, unsent }: ReleaseState): boolean {
  return activity === undefined && unsent.length === 0;
}

/** True while a release may not be followed by another: it runs, or a person has yet to decide. */
export function isOpen({ status }: ReleaseState): boolean {
  return (
    status.kind === "running" || status.kind === "paused" || status.kind === "rollingBack" || status.kind === "frozen"
  );
}

/** The verified release that serves once this one has ended; undefined when there is none, or none can be vouched for. */
export function servingAfter({ status, plan, revisions }: ReleaseState): VerifiedRelease | undefined {
  return status.kind === "done" ? { id: plan.id, version: plan.version, revisions } : plan.previous;
}

/** The next moment at which a limit runs out, in milliseconds since 1970. */
export function nextDeadlineMs({ deadlines, status }: ReleaseState): number | undefined {
  if (status.kind !== "running" && status.kind !== "rollingBack") return undefined;
  const { stageMs, totalMs } = deadlines;
  if (stageMs === undefined) return totalMs;
  return totalMs === undefined ? stageMs : Math.min(stageMs, totalMs);
}
