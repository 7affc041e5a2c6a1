import type { Dossier } from "../watch/dossier.ts";
import type { Outcome } from "./activity.ts";

/** What happened. Times are data: the state machine reads no clock. */
export type ReleaseEvent = { readonly atMs: number } & (
  | { readonly kind: "completed"; readonly key: string; readonly outcome: Outcome }
  /** An activity failed. `applied`: what a failed migration left behind, where the database could still say so. */
  | {
      readonly kind: "failed";
      readonly key: string;
      readonly reason: string;
      readonly dossiers?: readonly Dossier[];
      readonly applied?: readonly string[];
    }
  /** The watch saw a failure that cannot mend itself in what the release deployed. */
  | { readonly kind: "diagnosed"; readonly reason: string; readonly dossiers: readonly Dossier[] }
  /** A time limit has run out. */
  | { readonly kind: "timeUp" }
  /** A process drives the release on, after a pause or a crash. */
  | { readonly kind: "resumed"; readonly by: string }
  | { readonly kind: "abortRequested"; readonly by: string }
  | { readonly kind: "retried"; readonly by: string }
  /** A notification was sent, or given up: `problem` says why. */
  | { readonly kind: "notified"; readonly key: string; readonly problem?: string }
);
