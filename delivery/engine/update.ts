import { setTimeout as sleep } from "node:timers/promises";
import type { Stack, UpResult } from "@pulumi/pulumi/automation/index.js";
import { namespacesOf } from "../../model/resolve/namespaces.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import type { Cluster } from "../cluster-client/cluster.ts";
import { collectDossier, type Dossier } from "../watch/dossier.ts";
import type { Diagnosis } from "../watch/diagnosis.ts";
import type { ObjectRef } from "../watch/snapshot.ts";
import { watchRollout } from "../watch/watch.ts";
import { initialRun, observeEngine, type EngineRun } from "./events.ts";

/** How many operations the engine runs at once. A Deployment that is waited for holds a place; the default is 4 a core. */
const PARALLEL = 200;

// The watch looks once a second; three more looks are enough for what the engine has just reported.
const LOOK_MS = 1_000;
const LAST_LOOKS = 3;

/** What an update needs from around it. */
export interface UpdateOptions {
  readonly stack: Stack;
  readonly resolved: ResolvedStack;
  readonly cluster: Cluster;
  /** Folders of CrossGuard policy packs; a mandatory violation fails the update before anything is changed. */
  readonly policyPacks: readonly string[];
  /** Patterns of the URNs that the update may touch (`targets.ts`); empty for all. */
  readonly targets: readonly string[];
  /** Told of every change of the run, for a live display. */
  readonly onRun: (run: EngineRun) => void;
  readonly onNotice: (text: string) => void;
  /** Cancels the update; the engine finishes what it is doing and keeps its state. */
  readonly signal: AbortSignal;
}

/** How an update ended. */
export type UpdateOutcome =
  | { readonly kind: "updated"; readonly run: EngineRun; readonly changes: UpResult["summary"]["resourceChanges"] }
  | { readonly kind: "rolloutFailed"; readonly run: EngineRun; readonly dossiers: readonly Dossier[] }
  | { readonly kind: "engineFailed"; readonly run: EngineRun; readonly reason: string }
  | { readonly kind: "interrupted"; readonly run: EngineRun };

/**
 * Runs `pulumi up` with a watch on what it rolls out. A failure that cannot mend itself cancels the update at once,
 * instead of waiting for the engine's time-out, and comes back with its dossier.
 */
export async function update(options: UpdateOptions): Promise<UpdateOutcome> {
  let run = initialRun;
  const fatal: Diagnosis[] = [];
  const stop = new AbortController();
  const watchEnd = new AbortController();
  const onAbort = () => {
    stop.abort();
  };
  options.signal.addEventListener("abort", onAbort, { once: true });

  const since = new Date();
  const watch = () =>
    watchRollout({
      cluster: options.cluster,
      namespaces: namespacesOf(options.resolved.platforms),
      since,
      signal: watchEnd.signal,
      awaited: () => awaitedObjects(run, performance.now()),
      onNotice: options.onNotice,
      onDiagnosis: (diagnosis) => {
        if (diagnosis.certainty === "suspect") {
          // Only the dossier is redacted, so a suspicion is named and not quoted. Every slow start fails probes for a
          // while, which the engine's own status says already.
          if (diagnosis.kind !== "probe") options.onNotice(`? ${diagnosis.service}: ${diagnosis.kind} suspected`);
          return;
        }
        fatal.push(diagnosis);
        stop.abort();
      },
    });
  let watching: Promise<void> | undefined;
  // The SDK would run the CLI twice more after each update to ask for them; `reportedImages` reads what is wanted of them.
  options.stack.workspace.stackOutputs = () => Promise.resolve({});
  try {
    const result = await options.stack.up({
      parallel: PARALLEL,
      signal: stop.signal,
      suppressOutputs: true,
      policyPacks: [...options.policyPacks],
      ...(options.targets.length === 0 ? {} : { target: [...options.targets] }),
      onEvent: (event) => {
        run = observeEngine(run, event, performance.now());
        // An update that changes nothing rolls nothing out: looking at the cluster would only slow it down.
        if (run.pending.size > 0) watching ??= watch();
        options.onRun(run);
      },
    });
    return { kind: "updated", run, changes: result.summary.resourceChanges };
  } catch (error) {
    if (options.signal.aborted) return { kind: "interrupted", run };
    // The engine may know first that a Job has failed; the watch then tells why at its next look.
    for (let look = 0; look < LAST_LOOKS && fatal.length === 0; look += 1) await sleep(LOOK_MS);
    if (fatal.length > 0) return { kind: "rolloutFailed", run, dossiers: await dossiersOf(fatal, options) };
    return { kind: "engineFailed", run, reason: reasonOf(error, run) };
  } finally {
    watchEnd.abort();
    options.signal.removeEventListener("abort", onAbort);
    await watching;
  }
}

/** The objects that the engine is working on: a retry of the same bad release is to blame even if it changes nothing. */
function awaitedObjects(run: EngineRun, nowMs: number): readonly ObjectRef[] {
  return [...run.pending.values()].flatMap(({ object, since }) =>
    object && nowMs - since > APPLIED_AFTER_MS ? [object] : [],
  );
}

// By then the engine has applied what it is going to wait for, and pods of the release before are on their way out.
const APPLIED_AFTER_MS = 10_000;

/** A dossier of each failure, redacted. */
export async function dossiersOf(
  fatal: readonly Diagnosis[],
  options: Pick<UpdateOptions, "cluster" | "resolved">,
): Promise<readonly Dossier[]> {
  const secrets = await secretValues(options);
  return Promise.all(
    fatal.map((diagnosis) =>
      collectDossier(diagnosis, {
        cluster: options.cluster,
        secrets,
        dependents: dependentsOf(options.resolved, diagnosis),
      }),
    ),
  );
}

/** Every secret value in the stack's namespaces, so that none of them shows in a dossier. */
async function secretValues({
  cluster,
  resolved,
}: Pick<UpdateOptions, "cluster" | "resolved">): Promise<readonly string[]> {
  const lists = await Promise.all(
    namespacesOf(resolved.platforms).map((namespace) => cluster.core.listNamespacedSecret({ namespace })),
  );
  return lists.flatMap(({ items }) =>
    items.flatMap((secret) =>
      Object.values(secret.data ?? {}).map((value) => Buffer.from(value, "base64").toString("utf8")),
    ),
  );
}

function dependentsOf(resolved: ResolvedStack, { object, service }: Diagnosis): readonly string[] {
  const found = resolved.platforms
    .flatMap(({ services, datastores, canary }) => [...services, ...datastores, ...(canary?.services ?? [])])
    .find(
      ({ objectName, name, namespace }) =>
        namespace === object.namespace && (objectName === service || name === service),
    );
  return found?.callers.map(({ name }) => name) ?? [];
}

function reasonOf(error: unknown, run: EngineRun): string {
  const told = run.messages.filter(({ severity }) => severity === "error").map(({ name, text }) => `${name}: ${text}`);
  if (told.length > 0) return told.join("\n");
  return error instanceof Error ? error.message : String(error);
}
