import type { Outcome } from "./activity.ts";
import type { Migration } from "../../model/declaration/migration.ts";
import { decideSchema } from "./migration-policy.ts";
import type { Failure, ReleaseState, RollbackStep, Status } from "./state.ts";
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

type RollingBack = Extract<Status, { kind: "rollingBack" }>;

/**
 * Leaves the way forward: back to the last verified release, or, where the schema may no longer fit it, into the hands
 * of a person.
 */
export function fail(state: ReleaseState, failure: Failure, atMs: number): ReleaseState {
  const closed = closeStage(state, "failed", atMs);
  const { plan, schema, touched } = closed;
  if (!touched.traffic && !touched.canary && !touched.stable && schema.kind === "untouched") {
    return stop(closed, failure, "nothing was deployed");
  }
  // What a migration left behind is looked up on the way back: the traffic does not wait for the database's answer.
  if (schema.kind === "unknown") return rollBack(closed, failure, "inspect", atMs);
  const decision = decideSchema(plan.migrations, schema, plan.expandAfterFailure);
  return decision.kind === "freeze"
    ? freeze(closed, failure, decision.question)
    : rollBack(closed, failure, decision.revert, atMs);
}

/** What a rollback does to the schema: find out what was applied and decide then, leave it, or undo these. */
export type SchemaPlan = "inspect" | "keep" | readonly Migration[];

/** Goes back to the last verified release: traffic first, then pods, then the database, then a look at the result. */
export function rollBack(state: ReleaseState, failure: Failure, schemaPlan: SchemaPlan, atMs: number): ReleaseState {
  const { touched, plan } = state;
  const revert = schemaPlan === "inspect" || schemaPlan === "keep" ? [] : schemaPlan;
  const steps: readonly (readonly [RollbackStep, boolean])[] = [
    ["traffic", touched.traffic],
    ["inspect", schemaPlan === "inspect"],
    ["stable", touched.stable],
    ["canary", touched.canary],
    ["database", schemaPlan === "inspect" || revert.length > 0],
    ["check", plan.previous !== undefined],
  ];
  const remaining = steps.filter(([, needed]) => needed).map(([step]) => step);
  const target = plan.previous ? `to ${plan.previous.version}` : "what was deployed";
  const leaving = notify(openStage(state, "rollback", atMs), "warning", `rolling back ${target}`, failure.reason);
  return nextStep({ ...leaving, status: { kind: "rollingBack", failure, remaining, revert } }, atMs);
}

/** Goes on with a rollback after one of its activities has completed. */
export function rollbackCompleted(
  state: ReleaseState,
  status: RollingBack,
  outcome: Outcome,
  atMs: number,
): ReleaseState {
  switch (outcome.kind) {
    case "setWeight":
      return nextStep(recordWeight(state, 0, atMs), atMs);
    case "inspectMigrations":
    case "migrate":
      return decideAfterInspection({ ...state, schema: { kind: "known", applied: outcome.applied } }, status, atMs);
    case "revertMigrations":
      return nextStep({ ...state, schema: { kind: "untouched" } }, atMs);
    case "checkRestored": {
      const checked = recordChecks(state, "rollback", outcome.checks);
      const problem = failedChecks(outcome.checks, []);
      return problem === undefined
        ? nextStep(checked, atMs)
        : rollbackFailed(checked, status, `${state.plan.previous?.version ?? "stable"} is unhealthy: ${problem}`, atMs);
    }
    case "build":
    case "sample":
    case "runSynthetics":
    case "checkReadiness":
    case "deployCanary":
    case "deployStable":
    case "removeCanary":
    case "restoreStable":
      return nextStep(state, atMs);
  }
}

/** A step of the way back has failed: the release stops there. It is tried again only if a person says so. */
export function rollbackFailed(state: ReleaseState, status: RollingBack, reason: string, atMs: number): ReleaseState {
  const failure = failureOf("rollback", `${reason} (rolling back because: ${status.failure.reason})`, [
    ...status.failure.dossiers,
  ]);
  return stop(closeStage(state, "failed", atMs), failure, "the rollback failed and is not tried again by itself");
}

/** Decides about the schema once it is known what was applied, or that nobody can say. */
export function decideAfterInspection(state: ReleaseState, status: RollingBack, atMs: number): ReleaseState {
  const { plan, schema } = state;
  const decision = decideSchema(plan.migrations, schema, plan.expandAfterFailure);
  if (decision.kind === "freeze") return freeze(closeStage(state, "failed", atMs), status.failure, decision.question);
  return nextStep({ ...state, status: { ...status, revert: decision.revert } }, atMs);
}

function nextStep(state: ReleaseState, atMs: number): ReleaseState {
  if (state.status.kind !== "rollingBack") return state;
  const status = state.status;
  const [step, ...remaining] = status.remaining;
  if (step === undefined) return rolledBack(state, status.failure, atMs);
  return takeStep({ ...state, status: { ...status, remaining } }, status, step, atMs);
}

function takeStep(state: ReleaseState, status: RollingBack, step: RollbackStep, atMs: number): ReleaseState {
  const { plan } = state;
  switch (step) {
    case "traffic":
      return perform(state, { kind: "setWeight", weight: 0 });
    case "inspect":
      return perform(state, { kind: "inspectMigrations", migrations: plan.migrations });
    case "stable":
      return plan.previous
        ? perform(state, { kind: "restoreStable", release: plan.previous })
        : rollbackFailed(state, status, "there is no verified release to go back to", atMs);
    case "canary":
      return perform(state, { kind: "removeCanary" });
    case "database":
      return status.revert.length > 0
        ? perform(state, { kind: "revertMigrations", migrations: status.revert })
        : nextStep(state, atMs);
    case "check":
      return perform(state, { kind: "checkRestored" });
  }
}

function rolledBack(state: ReleaseState, failure: Failure, atMs: number): ReleaseState {
  const closed = rest(closeStage(state, "passed", atMs));
  const ended: ReleaseState = {
    ...closed,
    status: { kind: "rolledBack", failure },
    deadlines: {},
    touched: { traffic: false, canary: false, stable: false },
  };
  const serving = state.plan.previous ? `${state.plan.previous.version} serves` : "nothing was verified before it";
  return notify(ended, "warning", "rolled back", `${failure.reason}\n${serving}.`);
}

/**
 * Stops, and asks. The traffic goes back to the stable release where that carries traffic already and so is seen to run
 * on the schema as it is; where the canary has it all, moving it would be a guess.
 */
function freeze(state: ReleaseState, failure: Failure, question: string): ReleaseState {
  const frozen: ReleaseState = { ...rest(state), status: { kind: "frozen", failure, question }, deadlines: {} };
  const told = notify(frozen, "critical", "frozen, a person has to decide", `${failure.reason}\n${question}.`);
  return withoutPartialWeight(told);
}

/** No share of the traffic stays on a canary that no process watches: unless it has all of it. */
export function withoutPartialWeight(state: ReleaseState): ReleaseState {
  const partial = state.touched.traffic && state.weight < 100;
  return partial ? perform(state, { kind: "setWeight", weight: 0 }) : rest(state);
}

function stop(state: ReleaseState, failure: Failure, consequence: string): ReleaseState {
  const stopped: ReleaseState = { ...rest(state), status: { kind: "failed", failure }, deadlines: {} };
  return notify(stopped, "critical", `failed, ${consequence}`, failure.reason);
}
