import { DEFAULT_HEALTH_POLICY, type HealthPolicy } from "../health/policy.ts";
import { DEFAULT_ANALYSIS_POLICY, type AnalysisPolicy } from "./analysis/policy.ts";
import type { Migration } from "../../model/declaration/migration.ts";
import { DEFAULT_STEPS } from "../../model/resolve/traffic.ts";

/** The forward stages of a release, in their order (seed 003, "Deployment Stages"). */
export const STAGES = ["build", "canary", "migration", "synthetics", "rollout", "readiness"] as const;
export type Stage = (typeof STAGES)[number];

/** How long a release may take, in seconds of work: time in which no process drove it does not count. */
export interface TimeLimits {
  readonly canary: number;
  readonly migration: number;
  readonly synthetics: number;
  readonly rollout: number;
  /** The whole way forward. The stages without a limit of their own, build and readiness, are bound by it. */
  readonly total: number;
  /** The whole way back, from the failure to the last check. */
  readonly rollback: number;
}

/**
 * Seed 003, "Performance Benchmarks": 5, 2, 1, 10 and 30 minutes. The seed gives none for the way back; it gets what a
 * canary deployment gets, being the same work.
 */
export const DEFAULT_TIME_LIMITS: TimeLimits = {
  canary: 300,
  migration: 120,
  synthetics: 60,
  rollout: 600,
  total: 1800,
  rollback: 300,
};

/** What one service runs in a release. */
export interface Revision {
  readonly service: string;
  /** The image by digest: `registry/repository@sha256:…`. */
  readonly image: string;
  /** Hash over the service's configuration and resolved specification. */
  readonly configuration: string;
}

/** A release that passed every stage, or what stands for it: the only thing a rollback goes to. */
export interface VerifiedRelease {
  readonly id: string;
  readonly version: string;
  readonly revisions: readonly Revision[];
}

/** Everything that is decided before a release begins. Plain data, kept in the journal with the state. */
export interface ReleasePlan {
  /** Unique among all releases; commands' keys begin with it. */
  readonly id: string;
  readonly platform: string;
  /** Its name for people, as in `v1.1.0`. */
  readonly version: string;
  /** Canary weights in percent, growing, the last being 100. The first is held through migration and synthetics. */
  readonly steps: readonly number[];
  readonly limits: TimeLimits;
  readonly health: HealthPolicy;
  readonly analysis: AnalysisPolicy;
  /** The migrations that the release brings, in the order of their numbers. Those already applied are skipped. */
  readonly migrations: readonly Migration[];
  /** What becomes of applied expand migrations when the release fails. */
  readonly expandAfterFailure: "keep" | "revert";
  /** Names of the synthetic checks, all of which must pass. Empty: the stage is skipped. */
  readonly syntheticChecks: readonly string[];
  /** What a rollback goes to. Left out: nothing has been verified yet. */
  readonly previous?: VerifiedRelease;
}

/** The house's standard for all that a plan may leave open. */
export const DEFAULT_PLAN = {
  steps: DEFAULT_STEPS,
  limits: DEFAULT_TIME_LIMITS,
  health: DEFAULT_HEALTH_POLICY,
  analysis: DEFAULT_ANALYSIS_POLICY,
  expandAfterFailure: "keep",
} as const satisfies Partial<ReleasePlan>;
