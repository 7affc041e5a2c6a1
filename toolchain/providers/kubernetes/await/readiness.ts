import type { KubeObject } from "../object.ts";

/** How far an object has come. */
export type Readiness =
  | { readonly state: "ready" }
  | {
      /** `failed` will not become ready by waiting longer. */
      readonly state: "waiting" | "failed";
      /** What is waited for, in a line. */
      readonly message: string;
      /** Why it takes so long, one problem a line: containers, images, conditions. */
      readonly reasons: readonly string[];
    };

/** The other objects in the same namespace that tell how far an object has come. */
export interface Surroundings {
  /** All objects of a kind, such as `v1/Pod`; only kinds that the rule names. */
  of(kind: string): readonly KubeObject[];
}

/** When an object of some kind counts as ready. */
export interface ReadinessRule {
  /** The kinds of other objects to watch. */
  readonly watches: readonly string[];
  /** How long to wait, in seconds, where neither the program nor an annotation says. */
  readonly timeoutSeconds: number;
  /** How long it has to stay ready before it counts, in milliseconds. Default 0. */
  readonly settleMs?: number;
  assess(object: KubeObject, around: Surroundings): Readiness;
}

export const READY: Readiness = { state: "ready" };

export function waiting(message: string, reasons: readonly string[] = []): Readiness {
  return { state: "waiting", message, reasons };
}

export function failed(message: string, reasons: readonly string[]): Readiness {
  return { state: "failed", message, reasons };
}
