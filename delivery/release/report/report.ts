import type { Dossier } from "../../watch/dossier.ts";
import type { CheckResult } from "../activity.ts";
import type { Migration } from "../../../model/declaration/migration.ts";
import type { Revision, VerifiedRelease } from "../plan.ts";
import type { Delivery, Failure, ReleaseState, StageRecord } from "../state.ts";
import { limitOf } from "../transition.ts";

/** One stage as the report shows it. */
export interface ReportedStage {
  readonly stage: StageRecord["stage"];
  readonly attempt: number;
  readonly outcome: NonNullable<StageRecord["outcome"]> | "running" | "paused";
  /** Seconds of work: time in which no process drove the release does not count. */
  readonly seconds: number;
  /** Seed 003's limit in seconds; left out for stages that only the whole binds. */
  readonly limitSeconds?: number;
  readonly withinLimit: boolean;
}

/**
 * The deployment report of seed 003's stage 7. This very object is its JSON form: fields are added, never renamed or
 * removed, as long as `schemaVersion` stays.
 */
export interface ReleaseReport {
  readonly schemaVersion: 1;
  readonly release: string;
  readonly platform: string;
  readonly version: string;
  readonly attempt: number;
  readonly outcome: ReleaseState["status"]["kind"];
  /** The verdict in one sentence. */
  readonly verdict: string;
  /** What a person has to answer, where the release waits for one. */
  readonly question?: string;
  readonly previous?: Pick<VerifiedRelease, "id" | "version">;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  readonly limitSeconds: number;
  readonly stages: readonly ReportedStage[];
  readonly revisions: readonly (Revision & { readonly change: "new" | "changed" | "unchanged" })[];
  /** The canary's share over time, in percent. */
  readonly weights: readonly { readonly at: string; readonly weight: number }[];
  readonly checks: readonly (CheckResult & { readonly stage: StageRecord["stage"]; readonly attempt: number })[];
  readonly migrations: readonly (Migration & { readonly state: "applied" | "not applied" | "unknown" })[];
  readonly notifications: readonly Delivery[];
  readonly dossiers: readonly Dossier[];
}

/** All that there is to say about a release, from its state alone. */
export function reportOf(state: ReleaseState): ReleaseReport {
  const { plan, status, stages } = state;
  const startedMs = stages[0]?.startedMs ?? state.lastEventMs;
  const endedMs = stages.at(-1)?.endedMs ?? state.lastEventMs;
  const idleMs = stages.reduce((sum, stage) => sum + stage.idleMs, 0);
  return {
    schemaVersion: 1,
    release: plan.id,
    platform: plan.platform,
    version: plan.version,
    attempt: state.attempt,
    outcome: status.kind,
    verdict: verdictOf(state),
    ...(status.kind === "frozen" ? { question: status.question } : {}),
    ...(plan.previous ? { previous: { id: plan.previous.id, version: plan.previous.version } } : {}),
    startedAt: iso(startedMs),
    endedAt: iso(endedMs),
    seconds: seconds(endedMs - startedMs - idleMs),
    limitSeconds: plan.limits.total,
    stages: stages.map((record) => reportedStage(state, record)),
    revisions: state.revisions.map((revision) => ({ ...revision, change: changeOf(revision, plan.previous) })),
    weights: state.weights.map(({ atMs, weight }) => ({ at: iso(atMs), weight })),
    checks: state.checks,
    migrations: plan.migrations.map((migration) => ({ ...migration, state: schemaState(state, migration) })),
    notifications: state.deliveries,
    dossiers: failureOf(state)?.dossiers ?? [],
  };
}

/** Where a release stands, in one sentence. */
export function verdictOf({ status, plan }: ReleaseState): string {
  switch (status.kind) {
    case "running":
      return `${plan.version} is in the stage ${status.stage}.`;
    case "paused":
      return `${plan.version} is paused in the stage ${status.stage}, inconclusive: ${status.reason}.`;
    case "rollingBack":
      return `${plan.version} is being rolled back: ${status.failure.reason}.`;
    case "frozen":
      return `${plan.version} is frozen, a person has to decide: ${status.failure.reason}.`;
    case "done":
      return `${plan.version} serves all requests: every stage has passed.`;
    case "rolledBack":
      return `${plan.version} was rolled back, ${servingIn(plan.previous)}: ${inStage(status.failure)}.`;
    case "failed":
      return `${plan.version} failed: ${inStage(status.failure)}.`;
  }
}

function servingIn(previous: VerifiedRelease | undefined): string {
  return previous ? `${previous.version} serves` : "what ran before serves";
}

function inStage({ stage, reason }: Failure): string {
  return stage === "rollback" ? reason : `${reason} (in the stage ${stage})`;
}

function failureOf({ status }: ReleaseState): Failure | undefined {
  return "failure" in status ? status.failure : undefined;
}

function reportedStage(state: ReleaseState, record: StageRecord): ReportedStage {
  const worked = seconds((record.endedMs ?? state.lastEventMs) - record.startedMs - record.idleMs);
  const limit = limitOf(state, record.stage);
  return {
    stage: record.stage,
    attempt: record.attempt,
    outcome: record.outcome ?? (state.status.kind === "paused" ? "paused" : "running"),
    seconds: worked,
    ...(limit === undefined ? {} : { limitSeconds: limit }),
    withinLimit: limit === undefined || worked <= limit,
  };
}

function changeOf(revision: Revision, previous: VerifiedRelease | undefined): "new" | "changed" | "unchanged" {
  const before = previous?.revisions.find(({ service }) => service === revision.service);
  if (!before) return "new";
  return before.image === revision.image && before.configuration === revision.configuration ? "unchanged" : "changed";
}

function schemaState({ schema }: ReleaseState, { file }: Migration): "applied" | "not applied" | "unknown" {
  if (schema.kind === "unknown") return "unknown";
  return schema.kind === "known" && schema.applied.includes(file) ? "applied" : "not applied";
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
