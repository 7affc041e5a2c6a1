import type { Activity } from "./activity.ts";
import type { ReleaseEvent } from "./event.ts";
import { attempt, begin, forwardCompleted, sampleMissing, shiftTraffic } from "./forward.ts";
import type { ReleasePlan } from "./plan.ts";
import { decideAfterInspection, fail, rollBack, rollbackCompleted, rollbackFailed } from "./rollback.ts";
import { nextDeadlineMs, type Failure, type Notification, type ReleaseState } from "./state.ts";
import { failureOf, limitOf, notify, recordWeight, rest } from "./transition.ts";

/** What is to be done after a transition. */
export type Command =
  /** Do this, after anything else that was being done has been stopped. */
  | { readonly kind: "perform"; readonly activity: Activity }
  /** Stop what is being done. */
  | { readonly kind: "stop" }
  | { readonly kind: "notify"; readonly notification: Notification };

/** A state and what follows from it. */
export interface Transition {
  readonly state: ReleaseState;
  readonly commands: readonly Command[];
}

/** The first transition of a release. */
export function start(plan: ReleasePlan, atMs: number): Transition {
  const state = begin(plan, atMs);
  return { state, commands: everything(state) };
}

/** The first transition of a rollback that a person asks for: the way back alone, to the plan's previous release. */
export function startRollback(plan: ReleasePlan, by: string, atMs: number): Transition {
  const begun: ReleaseState = {
    ...rest(begin(plan, atMs)),
    unsent: [],
    stages: [],
    deadlines: {},
    touched: { traffic: true, canary: true, stable: true },
  };
  const reason = `asked for by ${by}`;
  const state = rollBack(begun, { stage: "rollback", trigger: "abort", reason, dossiers: [] }, "keep", atMs);
  return { state, commands: everything(state) };
}

/**
 * The release's state machine: a state and an event give the next state and what to do. Pure. An event that comes too
 * late, or that the state has no use for, gives the very same state and no commands.
 */
export function reduce(state: ReleaseState, event: ReleaseEvent): Transition {
  const next = react(state, event);
  if (next === state) return { state, commands: [] };
  const seen = { ...next, lastEventMs: event.atMs };
  return { state: seen, commands: event.kind === "resumed" ? everything(seen) : news(state, seen) };
}

function react(state: ReleaseState, event: ReleaseEvent): ReleaseState {
  switch (event.kind) {
    case "completed":
      return event.key === state.activity?.key ? completed(state, event) : state;
    case "failed":
      return event.key === state.activity?.key ? failed(state, event) : state;
    case "diagnosed":
      return diagnosed(state, event);
    case "timeUp":
      return timeUp(state, event.atMs);
    case "resumed":
      return resumed(state, event.atMs);
    case "abortRequested":
      return aborted(state, event);
    case "retried":
      return retried(state, event.atMs);
    case "notified":
      return notified(state, event);
  }
}

type EventOf<Kind extends ReleaseEvent["kind"]> = Extract<ReleaseEvent, { kind: Kind }>;

function completed(state: ReleaseState, { outcome, atMs }: EventOf<"completed">): ReleaseState {
  const { status, activity } = state;
  // A port that answers something else than it was asked is a mistake of ours, and no reason to go on.
  if (outcome.kind !== activity?.kind) return state;
  switch (status.kind) {
    case "running":
      return forwardCompleted(state, status.stage, outcome, atMs);
    case "rollingBack":
      return rollbackCompleted(state, status, outcome, atMs);
    case "paused":
    case "frozen":
      return rest(recordWeight(state, 0, atMs));
    case "done":
    case "rolledBack":
    case "failed":
      return state;
  }
}

function failed(state: ReleaseState, event: EventOf<"failed">): ReleaseState {
  const { status, activity } = state;
  const { reason, dossiers = [], applied, atMs } = event;
  switch (status.kind) {
    case "running": {
      if (activity?.kind === "sample") return sampleMissing(state, status.stage, reason, atMs);
      const seen: ReleaseState =
        activity?.kind === "migrate" && applied !== undefined
          ? { ...state, schema: { kind: "known", applied } }
          : state;
      return fail(seen, failureOf(status.stage, reason, dossiers), atMs);
    }
    case "paused":
      return fail(state, failureOf(status.stage, reason, dossiers), atMs);
    case "rollingBack":
      return activity?.kind === "inspectMigrations"
        ? decideAfterInspection(state, status, atMs)
        : rollbackFailed(state, status, reason, atMs);
    case "frozen":
      return notify(rest(state), "critical", `${state.weight} % of the traffic stays on the frozen canary`, reason);
    case "done":
    case "rolledBack":
    case "failed":
      return state;
  }
}

/** The watch looks at what this release deployed, so it has a say only while that is on its way forward. */
function diagnosed(state: ReleaseState, { reason, dossiers, atMs }: EventOf<"diagnosed">): ReleaseState {
  const { status } = state;
  const watched = status.kind === "running" && status.stage !== "build" && state.touched.canary;
  return watched ? fail(state, failureOf(status.stage, reason, dossiers), atMs) : state;
}

function timeUp(state: ReleaseState, atMs: number): ReleaseState {
  const deadline = nextDeadlineMs(state);
  const { status, plan } = state;
  if (deadline === undefined || atMs < deadline) return state;
  if (status.kind === "rollingBack") {
    return rollbackFailed(state, status, `not done within ${plan.limits.rollback} s`, atMs);
  }
  if (status.kind !== "running") return state;
  const limit = deadline === state.deadlines.stageMs ? limitOf(state, status.stage) : undefined;
  const reason =
    limit === undefined
      ? `the release took longer than ${plan.limits.total} s, it was in the stage ${status.stage}`
      : `the stage ${status.stage} took longer than ${limit} s`;
  return fail(state, { ...failureOf(status.stage, reason), trigger: "timeLimit" }, atMs);
}

/** Somebody drives the release again. The time in which nobody did is not counted. */
function resumed(state: ReleaseState, atMs: number): ReleaseState {
  const idleMs = Math.max(0, atMs - state.lastEventMs);
  const { stageMs, totalMs } = state.deadlines;
  const later: ReleaseState = {
    ...state,
    deadlines: {
      ...(stageMs === undefined ? {} : { stageMs: stageMs + idleMs }),
      ...(totalMs === undefined ? {} : { totalMs: totalMs + idleMs }),
    },
    stages: state.stages.map((record) =>
      record.endedMs === undefined ? { ...record, idleMs: record.idleMs + idleMs } : record,
    ),
  };
  const { status } = state;
  if (status.kind !== "paused") return later;
  const limit = limitOf(state, status.stage) ?? 0;
  const deadlines = { ...later.deadlines, stageMs: atMs + limit * 1000 };
  return shiftTraffic({ ...later, deadlines, status: { kind: "running", stage: status.stage } });
}

function aborted(state: ReleaseState, { by, atMs }: EventOf<"abortRequested">): ReleaseState {
  const { status } = state;
  const abort = (stage: Failure["stage"]): Failure => ({
    stage,
    trigger: "abort",
    reason: `aborted by ${by}`,
    dossiers: [],
  });
  switch (status.kind) {
    case "running":
    case "paused":
      return fail(state, abort(status.stage), atMs);
    case "frozen":
      // That the release before can run on this schema is what the person has just vouched for.
      return rollBack(state, abort(status.failure.stage), "keep", atMs);
    case "failed":
      return Object.values(state.touched).includes(true) ? fail(state, abort("rollback"), atMs) : state;
    case "rollingBack":
    case "done":
    case "rolledBack":
      return state;
  }
}

function retried(state: ReleaseState, atMs: number): ReleaseState {
  const { kind } = state.status;
  return kind === "rolledBack" || kind === "failed" || kind === "frozen" ? attempt(rest(state), atMs) : state;
}

function notified(state: ReleaseState, { key, problem }: EventOf<"notified">): ReleaseState {
  const sent = state.unsent.find((notification) => notification.key === key);
  if (!sent) return state;
  return {
    ...state,
    unsent: state.unsent.filter((notification) => notification.key !== key),
    deliveries: [...state.deliveries, { title: sent.title, ...(problem === undefined ? {} : { problem }) }],
  };
}

function everything({ activity, unsent }: ReleaseState): readonly Command[] {
  const notices = unsent.map((notification): Command => ({ kind: "notify", notification }));
  return activity ? [{ kind: "perform", activity }, ...notices] : notices;
}

function news(before: ReleaseState, after: ReleaseState): readonly Command[] {
  const known = new Set(before.unsent.map(({ key }) => key));
  const notices = after.unsent
    .filter(({ key }) => !known.has(key))
    .map((notification): Command => ({ kind: "notify", notification }));
  if (after.activity?.key === before.activity?.key) return notices;
  return [after.activity ? { kind: "perform", activity: after.activity } : { kind: "stop" }, ...notices];
}
