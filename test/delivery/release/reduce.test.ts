import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../delivery/release/activity.ts";
import type { ReleaseEvent } from "../../../delivery/release/event.ts";
import type { ReleasePlan } from "../../../delivery/release/plan.ts";
import { reduce, start, type Transition } from "../../../delivery/release/reduce.ts";
import { isAtRest, nextDeadlineMs, type ReleaseState } from "../../../delivery/release/state.ts";
import { sample, side } from "./analysis/traffic.ts";
import { CONTRACT, EXPAND, request } from "./world/story.ts";

const PLAN: ReleasePlan = { ...request("r2"), previous: { id: "r1", version: "v1", revisions: [] } };

/** What a port would answer, well or badly, to whatever the state has it do. */
function answerTo({ activity }: ReleaseState, good: boolean, atMs: number): ReleaseEvent | undefined {
  if (!activity) return undefined;
  const { key, kind } = activity;
  const done = (outcome: Outcome): ReleaseEvent => ({ kind: "completed", key, outcome, atMs });
  const checks = PLAN.syntheticChecks.map((name) => ({ name, passed: good, detail: "HTTP", durationMs: 1 }));
  switch (kind) {
    case "sample": {
      const seen = sample(1, good ? {} : { canary: side(1_000, 500) });
      const window = {
        fromMs: activity.countedUntilMs,
        toMs: atMs,
        canary: side(1_000, good ? 0 : 500),
        stable: side(9_000, 0),
      };
      return done({ kind, sample: { ...seen, atMs, traffic: { kind: "counted", window } } });
    }
    case "runSynthetics":
    case "checkReadiness":
    case "checkRestored":
      return done({ kind, checks });
    case "build":
      return done({ kind, revisions: [] });
    case "migrate":
    case "inspectMigrations":
      return good ? done({ kind, applied: [EXPAND.file] }) : { kind: "failed", key, reason: "refused", atMs };
    default:
      return good ? done({ kind }) : { kind: "failed", key, reason: "refused", atMs };
  }
}

type Step = "good" | "bad" | "stale" | "timeUp" | "diagnosed" | "abort" | "resume" | "retry" | "notified";
const STEPS: readonly Step[] = ["good", "bad", "stale", "timeUp", "diagnosed", "abort", "resume", "retry", "notified"];
const someSteps = fc.array(
  fc.oneof({ weight: 12, arbitrary: fc.constant<Step>("good") }, { weight: 4, arbitrary: fc.constantFrom(...STEPS) }),
  { maxLength: 60 },
);

function eventOf(step: Step, state: ReleaseState, atMs: number): ReleaseEvent | undefined {
  switch (step) {
    case "good":
    case "bad":
      return answerTo(state, step === "good", atMs);
    case "stale":
      return { kind: "completed", key: "r2.0.0.build", outcome: { kind: "build", revisions: [] }, atMs };
    case "timeUp":
      return { kind: "timeUp", atMs: nextDeadlineMs(state) ?? atMs };
    case "diagnosed":
      return { kind: "diagnosed", reason: "crash loop", dossiers: [], atMs };
    case "abort":
      return { kind: "abortRequested", by: "person", atMs };
    case "resume":
      return { kind: "resumed", by: "person", atMs };
    case "retry":
      return { kind: "retried", by: "person", atMs };
    case "notified":
      return { kind: "notified", key: state.unsent[0]?.key ?? "", atMs };
  }
}

/** Every transition of a random history. */
function history(steps: readonly Step[], plan: ReleasePlan): readonly Transition[] {
  const first = start(plan, 0);
  const transitions = [first];
  let { state } = first;
  for (const step of steps) {
    const event = eventOf(step, state, state.lastEventMs + 30_000);
    if (!event) continue;
    const transition = reduce(state, event);
    transitions.push(transition);
    ({ state } = transition);
  }
  return transitions;
}

const somePlan = fc
  .record({
    migrations: fc.constantFrom([], [EXPAND], [EXPAND, CONTRACT]),
    expandAfterFailure: fc.constantFrom<"keep" | "revert">("keep", "revert"),
    steps: fc.constantFrom([10, 50, 100], [100], [5, 100]),
  })
  .map((changes): ReleasePlan => ({ ...PLAN, ...changes }));

describe("the state machine, whatever happens", () => {
  const always = (holds: (transition: Transition, before: ReleaseState | undefined) => void): void => {
    fc.assert(
      fc.property(someSteps, somePlan, (steps, plan) => {
        const transitions = history(steps, plan);
        transitions.forEach((transition, index) => {
          holds(transition, transitions[index - 1]?.state);
        });
      }),
    );
  };

  it("never has two activities, nor one under the key of another", () => {
    const works = new Map<string, string>();
    fc.assert(
      fc.property(someSteps, somePlan, (steps, plan) => {
        works.clear();
        for (const { state } of history(steps, plan)) {
          if (!state.activity) continue;
          const { key, ...work } = state.activity;
          expect(works.get(key) ?? JSON.stringify(work)).toBe(JSON.stringify(work));
          works.set(key, JSON.stringify(work));
        }
      }),
    );
  });

  it("can be written down and read again", () => {
    always(({ state }) => {
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    });
  });

  it("has something to do as long as it runs, and nothing once it has ended", () => {
    always(({ state }) => {
      const { kind } = state.status;
      if (kind === "running" || kind === "rollingBack") expect(state.activity).toBeDefined();
      if (kind === "done" || kind === "rolledBack" || kind === "failed") expect(state.activity).toBeUndefined();
      expect(isAtRest(state)).toBe(state.activity === undefined && state.unsent.length === 0);
    });
  });

  it("reaches done only from readiness, and only by passed checks", () => {
    always(({ state }, before) => {
      if (state.status.kind !== "done" || before?.status.kind === "done") return;
      expect(before?.status).toEqual({ kind: "running", stage: "readiness" });
      expect(
        state.checks
          .filter(({ stage, attempt }) => stage === "readiness" && attempt === state.attempt)
          .every(({ passed }) => passed),
      ).toBe(true);
    });
  });

  it("renews the stable pods only while the canary has all of the traffic, and restores them only while it has none", () => {
    always(({ state }) => {
      if (state.activity?.kind === "deployStable") expect(state.weight).toBe(100);
      if (state.activity?.kind === "restoreStable" && state.touched.traffic) expect(state.weight).toBe(0);
      if (state.activity?.kind === "revertMigrations") expect(state.weight).toBe(0);
    });
  });

  it("ends with no share of the traffic left on the canary", () => {
    always(({ state }) => {
      const { kind } = state.status;
      if (kind === "done" || kind === "rolledBack") expect(state.weight).toBe(0);
      if (
        (kind === "paused" || kind === "frozen") &&
        !state.activity &&
        !state.unsent.some(({ title }) => title.includes("stays on"))
      ) {
        const stuck = state.deliveries.some(({ title }) => title.includes("stays on"));
        if (!stuck) expect([0, 100]).toContain(state.weight);
      }
    });
  });

  it("undoes only migrations that add", () => {
    always(({ state }) => {
      if (state.activity?.kind !== "revertMigrations") return;
      expect(state.activity.migrations.every(({ effect }) => effect === "expand")).toBe(true);
    });
  });

  it("takes no notice of what comes too late", () => {
    always(({ state }) => {
      const stale: ReleaseEvent = { kind: "failed", key: "r2.0.0.build", reason: "late", atMs: state.lastEventMs + 1 };
      expect(reduce(state, stale)).toEqual({ state, commands: [] });
      expect(reduce(state, stale).state).toBe(state);
    });
  });

  it("repeats on a resume exactly what was under way", () => {
    always(({ state }) => {
      if (state.status.kind === "paused") return;
      const { state: resumed, commands } = reduce(state, {
        kind: "resumed",
        by: "person",
        atMs: state.lastEventMs + 1,
      });
      expect(resumed.activity).toEqual(state.activity);
      expect(commands).toHaveLength((state.activity ? 1 : 0) + state.unsent.length);
    });
  });
});
