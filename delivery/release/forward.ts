import type { Outcome } from "./activity.ts";
import { addMissingSample, addSample, beginAnalysis, verdictOf, type Analysis } from "./analysis/analyse.ts";
import type { ReleasePlan, Stage } from "./plan.ts";
import { fail, withoutPartialWeight } from "./rollback.ts";
import type { ReleaseState, Status } from "./state.ts";
import {
  closeStage,
  failedChecks,
  failureOf,
  notify,
  openStage,
  perform,
  recordChecks,
  recordWeight,
  rest,
} from "./transition.ts";

/** A release at its very beginning, about to build. */
export function begin(plan: ReleasePlan, atMs: number): ReleaseState {
  const unbegun: ReleaseState = {
    schemaVersion: 1,
    plan,
    attempt: 0,
    status: { kind: "running", stage: "build" },
    issued: 0,
    step: 0,
    weight: 0,
    revisions: [],
    schema: { kind: "untouched" },
    touched: { traffic: false, canary: false, stable: false },
    deadlines: {},
    lastEventMs: atMs,
    stages: [],
    weights: [{ atMs, weight: 0 }],
    checks: [],
    unsent: [],
    deliveries: [],
  };
  return attempt(unbegun, atMs);
}

/** Starts the release, again if need be, from its first stage. What is done already is found done. */
export function attempt(state: ReleaseState, atMs: number): ReleaseState {
  const { plan } = state;
  const next: ReleaseState = {
    ...state,
    attempt: state.attempt + 1,
    analysis: undefined,
    step: 0,
    revisions: [],
    deadlines: { totalMs: atMs + plan.limits.total * 1000 },
  };
  const from = plan.previous ? `from ${plan.previous.version}` : "as the first release";
  return enter(notify(next, "info", next.attempt === 1 ? "started" : "started again", from), "build", atMs);
}

function enter(state: ReleaseState, stage: Stage, atMs: number): ReleaseState {
  const passed = closeStage(state, "passed", atMs);
  const entered: ReleaseState = { ...openStage(passed, stage, atMs), status: { kind: "running", stage } };
  const { plan } = entered;
  switch (stage) {
    case "build":
      return perform(entered, { kind: "build" });
    case "canary":
      return perform(touch(entered, "canary"), { kind: "deployCanary", revisions: entered.revisions });
    case "migration":
      return plan.migrations.length === 0
        ? enter(closeStage(entered, "skipped", atMs), "synthetics", atMs)
        : perform({ ...entered, schema: { kind: "unknown" } }, { kind: "migrate", migrations: plan.migrations });
    case "synthetics":
      return plan.syntheticChecks.length === 0
        ? enter(closeStage(entered, "skipped", atMs), "rollout", atMs)
        : perform(entered, { kind: "runSynthetics", checks: plan.syntheticChecks });
    case "rollout":
      return widen(entered);
    case "readiness":
      return perform(entered, { kind: "checkReadiness" });
  }
}

function touch(state: ReleaseState, what: keyof ReleaseState["touched"]): ReleaseState {
  return { ...state, touched: { ...state.touched, [what]: true } };
}

/** Gives the canary the next step's weight; after the last step, the new revisions become the stable ones. */
function widen(state: ReleaseState): ReleaseState {
  const step = state.step + 1;
  return step < state.plan.steps.length
    ? shiftTraffic({ ...state, step })
    : perform(touch(state, "stable"), { kind: "deployStable", revisions: state.revisions });
}

/** Gives the canary the weight of the step that it is at. */
export function shiftTraffic(state: ReleaseState): ReleaseState {
  return perform(touch(state, "traffic"), { kind: "setWeight", weight: state.plan.steps[state.step] ?? 0 });
}

/** Goes on after an activity of the way forward has completed. */
export function forwardCompleted(state: ReleaseState, stage: Stage, outcome: Outcome, atMs: number): ReleaseState {
  switch (outcome.kind) {
    case "build":
      return enter({ ...state, revisions: outcome.revisions }, "canary", atMs);
    case "deployCanary":
      return shiftTraffic(state);
    case "setWeight":
      return weightSet(state, atMs);
    case "sample": {
      const { analysis, plan } = state;
      return analysis ? judged(state, addSample(analysis, outcome.sample, plan), stage, atMs) : state;
    }
    case "migrate":
      return enter({ ...state, schema: { kind: "known", applied: outcome.applied } }, "synthetics", atMs);
    case "runSynthetics": {
      const checked = recordChecks(state, stage, outcome.checks);
      const problem = failedChecks(outcome.checks, state.plan.syntheticChecks);
      return problem === undefined ? enter(checked, "rollout", atMs) : fail(checked, failureOf(stage, problem), atMs);
    }
    case "deployStable":
      return perform(state, { kind: "setWeight", weight: 0 });
    case "removeCanary":
      return enter(state, "readiness", atMs);
    case "checkReadiness": {
      const checked = recordChecks(state, stage, outcome.checks);
      const problem = failedChecks(outcome.checks, []);
      return problem === undefined ? done(checked, atMs) : fail(checked, failureOf(stage, problem), atMs);
    }
    case "inspectMigrations":
    case "restoreStable":
    case "revertMigrations":
    case "checkRestored":
      return state;
  }
}

/** A sample that could not be taken says nothing about the canary: it is missing, and too many of those pause. */
export function sampleMissing(state: ReleaseState, stage: Stage, reason: string, atMs: number): ReleaseState {
  return state.analysis ? judged(state, addMissingSample(state.analysis, reason), stage, atMs) : state;
}

function weightSet(state: ReleaseState, atMs: number): ReleaseState {
  const weight = state.activity?.kind === "setWeight" ? state.activity.weight : state.weight;
  const set = recordWeight(state, weight, atMs);
  // Only after the stable release has been renewed does the way forward take traffic from the canary.
  if (weight === 0) return perform(set, { kind: "removeCanary" });
  const analysis = beginAnalysis(weight, atMs, state.analysis);
  return sampleNext({ ...set, analysis }, analysis, atMs);
}

function sampleNext(state: ReleaseState, { countedUntilMs }: Analysis, atMs: number): ReleaseState {
  const notBeforeMs = atMs + state.plan.health.intervalSeconds * 1000;
  return perform(state, { kind: "sample", notBeforeMs, countedUntilMs });
}

function judged(state: ReleaseState, analysis: Analysis, stage: Stage, atMs: number): ReleaseState {
  const next = { ...state, analysis };
  const verdict = verdictOf(analysis, state.plan.analysis);
  switch (verdict.kind) {
    case "continue":
      return sampleNext(next, analysis, atMs);
    case "promote":
      return stage === "canary" ? enter(next, "migration", atMs) : widen(next);
    case "abort":
      return fail(next, failureOf(stage, verdict.reason), atMs);
    case "inconclusive":
      return pause(next, stage === "canary" ? "canary" : "rollout", verdict.reason);
  }
}

function pause(state: ReleaseState, stage: Extract<Status, { kind: "paused" }>["stage"], reason: string): ReleaseState {
  const paused: ReleaseState = { ...state, status: { kind: "paused", stage, reason } };
  return withoutPartialWeight(notify(paused, "warning", "paused, inconclusive", `${reason}.\nResume or abort it.`));
}

function done(state: ReleaseState, atMs: number): ReleaseState {
  const closed = rest(closeStage(state, "passed", atMs));
  const ended: ReleaseState = {
    ...closed,
    status: { kind: "done" },
    deadlines: {},
    touched: { traffic: false, canary: false, stable: false },
  };
  return notify(ended, "info", "released", "Every stage has passed.");
}
