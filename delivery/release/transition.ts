import type { CheckResult, Work } from "./activity.ts";
import type { Stage } from "./plan.ts";
import type { Failure, Notification, ReleaseState, StageRecord } from "./state.ts";

// The steps that every transition is made of. Each takes a state and returns the next; none looks at the clock.

/** Sets the one activity of the release, in place of any other. */
export function perform(state: ReleaseState, work: Work): ReleaseState {
  const issued = state.issued + 1;
  return { ...state, issued, activity: { ...work, key: keyOf(state, issued, work.kind) } };
}

/** Leaves the release without an activity. */
export function rest(state: ReleaseState): ReleaseState {
  return { ...state, activity: undefined };
}

/** Adds a message to those that are to be sent. */
export function notify(
  state: ReleaseState,
  severity: Notification["severity"],
  title: string,
  text: string,
): ReleaseState {
  const { plan } = state;
  const issued = state.issued + 1;
  const notification: Notification = {
    key: keyOf(state, issued, "notify"),
    severity,
    release: plan.id,
    platform: plan.platform,
    title: `${plan.platform} ${plan.version}: ${title}`,
    text,
  };
  return { ...state, issued, unsent: [...state.unsent, notification] };
}

function keyOf({ plan, attempt }: ReleaseState, issued: number, kind: string): string {
  return `${plan.id}.${attempt}.${issued}.${kind}`;
}

/** Opens a stage's record and starts its time limit, if it has one. */
export function openStage(state: ReleaseState, stage: StageRecord["stage"], atMs: number): ReleaseState {
  const limit = limitOf(state, stage);
  const { totalMs } = state.deadlines;
  // The way back has a limit of its own, and the one for the way forward says nothing about it.
  const total = stage === "rollback" || totalMs === undefined ? {} : { totalMs };
  return {
    ...state,
    deadlines: { ...total, ...(limit === undefined ? {} : { stageMs: atMs + limit * 1000 }) },
    stages: [...state.stages, { stage, attempt: state.attempt, startedMs: atMs, idleMs: 0 }],
  };
}

/** A stage's own limit in seconds. */
export function limitOf({ plan }: Pick<ReleaseState, "plan">, stage: StageRecord["stage"]): number | undefined {
  return stage === "build" || stage === "readiness" ? undefined : plan.limits[stage];
}

/** Closes the record of the stage that is open, if one is. */
export function closeStage(
  state: ReleaseState,
  outcome: NonNullable<StageRecord["outcome"]>,
  atMs: number,
): ReleaseState {
  const stages = state.stages.map((record) =>
    record.endedMs === undefined ? { ...record, endedMs: atMs, outcome } : record,
  );
  return { ...state, stages };
}

/** Records what checks found; a failed one says so in words, undefined when all passed. */
export function recordChecks(
  state: ReleaseState,
  stage: Stage | "rollback",
  checks: readonly CheckResult[],
): ReleaseState {
  const { attempt } = state;
  return { ...state, checks: [...state.checks, ...checks.map((check) => ({ ...check, stage, attempt }))] };
}

/** Why checks do not let a release pass; undefined when every expected one was run and all passed. */
export function failedChecks(checks: readonly CheckResult[], expected: readonly string[]): string | undefined {
  const failed = checks.filter(({ passed }) => !passed).map(({ name, detail }) => `${name}: ${detail}`);
  const missing = expected.filter((name) => !checks.some((check) => check.name === name));
  if (failed.length > 0) return failed.join("; ");
  if (missing.length > 0) return `no result of ${missing.join(", ")}`;
  return checks.length === 0 ? "nothing was checked" : undefined;
}

/** Records that the gateway has a weight. */
export function recordWeight(state: ReleaseState, weight: number, atMs: number): ReleaseState {
  return { ...state, weight, weights: [...state.weights, { atMs, weight }] };
}

/** A failure that the stage itself found. */
export function failureOf(stage: Failure["stage"], reason: string, dossiers: Failure["dossiers"] = []): Failure {
  return { stage, trigger: "check", reason, dossiers };
}
