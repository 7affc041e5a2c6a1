import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster-client/cluster.ts";
import { diagnose } from "./diagnose.ts";
import { diagnosisKey, type Diagnosis } from "./diagnosis.ts";
import { readSnapshot } from "./read-snapshot.ts";
import type { ObjectRef } from "./snapshot.ts";

export interface WatchOptions {
  readonly cluster: Cluster;
  /** The stack's namespaces; they need not exist yet. */
  readonly namespaces: readonly string[];
  /** When the update began, by this machine's clock. */
  readonly since: Date;
  /**
   * Told once of every failure, and once more when a suspicion becomes fatal. The watch goes on when it returns: whoever
   * stops the update aborts `signal`.
   */
  readonly onDiagnosis: (diagnosis: Diagnosis) => void | Promise<void>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Workloads that the engine waits for although nothing about them changed; asked at every look. Default: none. */
  readonly awaited?: () => readonly ObjectRef[];
  /** Told, once per cause, what keeps the watch from seeing everything: server unreachable, kinds it may not list. */
  readonly onNotice?: (notice: string) => void;
  /** From one look to the next, in milliseconds. Default 1,000. */
  readonly intervalMs?: number;
}

/**
 * Watches what an update rolls out until `signal` aborts. Resolves then; never rejects for a cluster that cannot be
 * reached, since an API server that restarts in the middle of an update is no failure of the update.
 *
 * It lists instead of holding watches open: a list is complete by itself, so nothing is lost when the server or the
 * connection goes away, and a stack's namespaces are small.
 */
export async function watchRollout(options: WatchOptions): Promise<void> {
  const { cluster, namespaces, signal, onDiagnosis } = options;
  const notice = once(options.onNotice ?? (() => undefined));
  const reported = new Map<string, Diagnosis["certainty"]>();
  const skewMs = clockSkew(cluster, signal);
  while (!isAborted(signal)) {
    const started = Date.now();
    try {
      const skew = await skewMs();
      const snapshot = await readSnapshot(cluster, namespaces, new Date(Date.now() + skew), (kind, namespace) => {
        notice(`The rollout watch may not list ${kind} in ${namespace}; failures that only they show stay unseen.`);
      });
      const scope = { since: new Date(options.since.getTime() + skew), awaited: options.awaited?.() ?? [] };
      const found = diagnose(snapshot, scope);
      forgetVanished(reported, found);
      for (const diagnosis of found) {
        if (isAborted(signal)) return;
        const key = diagnosisKey(diagnosis);
        if (reported.get(key) === diagnosis.certainty || reported.get(key) === "fatal") continue;
        reported.set(key, diagnosis.certainty);
        await onDiagnosis(diagnosis);
      }
    } catch (error) {
      if (isAborted(signal)) return;
      notice(`The rollout watch cannot see the cluster: ${error instanceof Error ? error.message : String(error)}`);
    }
    const rest = (options.intervalMs ?? 1_000) - (Date.now() - started);
    await sleep(Math.max(rest, 50), undefined, { signal }).catch(() => undefined);
  }
}

/** A function call, because the compiler takes the property for constant across an `await`. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** A suspicion that went away is news if it comes back; a failure stays reported. */
function forgetVanished(reported: Map<string, Diagnosis["certainty"]>, found: readonly Diagnosis[]): void {
  const present = new Set(found.map(diagnosisKey));
  for (const [key, certainty] of reported) {
    if (certainty === "suspect" && !present.has(key)) reported.delete(key);
  }
}

function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    tell(text);
  };
}

/** Below this the server's clock, known to a second only, is taken to agree with ours. In milliseconds. */
const SKEW_WORTH_MINDING_MS = 2_000;

/** How far the server's clock is ahead of ours, in milliseconds; asked once, when the server first answers. */
function clockSkew(cluster: Cluster, signal: AbortSignal): () => Promise<number> {
  let known: number | undefined;
  return async () => {
    if (known !== undefined) return known;
    const { dateMs } = await cluster.get("/version", { timeoutMs: 5_000, signal });
    const skew = dateMs === undefined ? 0 : dateMs + 500 - Date.now();
    known = Math.abs(skew) < SKEW_WORTH_MINDING_MS ? 0 : skew;
    return known;
  };
}
