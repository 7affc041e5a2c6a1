import type { Sample } from "./analysis/sample.ts";
import type { Migration } from "../../model/declaration/migration.ts";
import type { Revision, VerifiedRelease } from "./plan.ts";

/** What one activity does; what each needs beyond the plan. */
export type Work =
  /** Builds and pushes the images; says what they came to. */
  | { readonly kind: "build" }
  /** Brings the revisions up in `<platform>-canary`, and waits until they are ready. */
  | { readonly kind: "deployCanary"; readonly revisions: readonly Revision[] }
  /** Writes the canary's weight in percent, and waits until the gateway has it. */
  | { readonly kind: "setWeight"; readonly weight: number }
  /** Looks at both sides, once, not before a time (milliseconds since 1970). */
  | { readonly kind: "sample"; readonly notBeforeMs: number; readonly countedUntilMs: number }
  /** Applies what is not applied yet, in order. */
  | { readonly kind: "migrate"; readonly migrations: readonly Migration[] }
  /** Reads which of the release's migrations are applied. */
  | { readonly kind: "inspectMigrations"; readonly migrations: readonly Migration[] }
  | { readonly kind: "runSynthetics"; readonly checks: readonly string[] }
  /** Rolls the revisions out in the platform's own namespace, without ever falling below its desired pods. */
  | { readonly kind: "deployStable"; readonly revisions: readonly Revision[] }
  | { readonly kind: "removeCanary" }
  /** Every check of seed 003's stage 7, against the platform's own namespace. */
  | { readonly kind: "checkReadiness" }
  /** Rolls the platform's own namespace back to a verified release. */
  | { readonly kind: "restoreStable"; readonly release: VerifiedRelease }
  /** Undoes migrations, in the order given. */
  | { readonly kind: "revertMigrations"; readonly migrations: readonly Migration[] }
  /** The health of what a rollback brought back. */
  | { readonly kind: "checkRestored" };

/**
 * Work under a key: the same key is the same work, also after a crash. Ports may be told to do it again, and see to it
 * that it comes to the same.
 */
export type Activity = Work & { readonly key: string };

/** One check's result, of health, readiness, or a synthetic check. */
export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  /** What was seen; for a failed check, why it failed. */
  readonly detail: string;
  readonly durationMs: number;
}

/** What a completed activity came to. */
export type Outcome =
  | { readonly kind: "build"; readonly revisions: readonly Revision[] }
  | { readonly kind: "sample"; readonly sample: Sample }
  /** `applied`: those of the release's migrations that the database has now, by file. */
  | { readonly kind: "migrate" | "inspectMigrations"; readonly applied: readonly string[] }
  | {
      readonly kind: "runSynthetics" | "checkReadiness" | "checkRestored";
      readonly checks: readonly CheckResult[];
    }
  | {
      readonly kind:
        "deployCanary" | "setWeight" | "deployStable" | "removeCanary" | "restoreStable" | "revertMigrations";
    };
