import type { KubernetesApi } from "../api.ts";
import { isNotFound } from "../api-error.ts";
import { kindKey, nameOf, namespaceOf, numberAt, textAt, uidOf, type KubeObject } from "../object.ts";
import { READY, type Readiness, type ReadinessRule, type Surroundings } from "./readiness.ts";
import { deletionProblems } from "./storage.ts";
import type { Subscription, Watches } from "./watches.ts";

/** A wait that did not end well. `live` is the object as it was last seen. */
export class WaitFailed extends Error {
  override readonly name = "WaitFailed";
  readonly live: KubeObject;
  readonly reasons: readonly string[];

  constructor(message: string, live: KubeObject, reasons: readonly string[]) {
    super(message);
    this.live = live;
    this.reasons = reasons;
  }
}

/** What a wait works with. */
export interface WaitContext {
  readonly api: KubernetesApi;
  readonly watches: Watches;
  /** Aborted by the engine's Cancel. */
  readonly signal: AbortSignal;
  /** Shows what is waited for. */
  readonly status: (text: string) => void;
  readonly timeoutSeconds: number;
}

/** Waits until an applied object is ready; returns it. Throws `WaitFailed` on failure, timeout and cancellation. */
export async function waitUntilReady(
  object: KubeObject,
  rule: ReadinessRule,
  context: WaitContext,
): Promise<KubeObject> {
  let live = object;
  let last: Readiness = READY;
  const applied = numberAt(object, "metadata", "generation");
  const step = (found: KubeObject, around: Surroundings): Step => {
    // A shared watch may still show the object as it was before it was applied, and ready as such.
    if (numberAt(found, "metadata", "generation") < applied) return { kind: "wait", status: "Waiting for news" };
    live = found;
    last = rule.assess(found, around);
    switch (last.state) {
      case "ready":
        return { kind: "done", settleMs: rule.settleMs ?? 0 };
      case "failed":
        return { kind: "fail", message: last.message };
      case "waiting":
        return { kind: "wait", status: [last.message, last.reasons.at(-1)].filter(Boolean).join("; ") };
    }
  };
  const reasons = () => (last.state === "ready" ? [] : last.reasons);
  const gone: Step = { kind: "fail", message: `${nameOf(object)} was deleted while it was waited for` };
  await watched(object, rule.watches, context, step, gone, (message) => new WaitFailed(message, live, reasons()));
  return live;
}

/** Waits until a deleted object is gone. Throws `WaitFailed` on timeout and cancellation. */
export async function waitUntilGone(object: KubeObject, context: WaitContext): Promise<void> {
  let live = object;
  const step = (found: KubeObject): Step => {
    live = found;
    return { kind: "wait", status: ["Waiting for deletion", ...deletionProblems(found)].join("; ") };
  };
  const gone: Step = { kind: "done", settleMs: 0 };
  await watched(object, [], context, step, gone, (message) => new WaitFailed(message, live, deletionProblems(live)));
}

type Step =
  | { readonly kind: "done"; readonly settleMs: number }
  | { readonly kind: "wait"; readonly status: string }
  | { readonly kind: "fail"; readonly message: string };

async function watched(
  object: KubeObject,
  kinds: readonly string[],
  context: WaitContext,
  step: (found: KubeObject, around: Surroundings) => Step,
  gone: Step,
  failure: (message: string) => WaitFailed,
): Promise<void> {
  const { api, watches, signal, timeoutSeconds } = context;
  const paths = new Map<string, string>();
  for (const kind of new Set([kindKey(object), ...kinds])) paths.set(kind, await listPath(api, kind, object));

  const subscriptions = new Map<string, Subscription>();
  await new Promise<void>((resolve, reject) => {
    let settling: NodeJS.Timeout | undefined;
    let shown = "";
    let ended = false;
    const finish = (end: () => void) => {
      ended = true;
      clearTimeout(settling);
      clearTimeout(timeout);
      if (shown !== "") context.status("");
      signal.removeEventListener("abort", cancel);
      for (const subscription of subscriptions.values()) subscription.close();
      end();
    };
    const fail = (message: string) => {
      finish(() => {
        reject(failure(message));
      });
    };
    const cancel = () => {
      fail(`the operation was cancelled while waiting for ${textAt(object, "kind")} ${nameOf(object)}`);
    };
    const timeout = setTimeout(() => {
      fail(`'${nameOf(object)}' timed out waiting to be Ready after ${timeoutSeconds} s`);
    }, timeoutSeconds * 1000);
    const look = () => {
      const lists = new Map([...subscriptions].map(([kind, subscription]) => [kind, subscription.current()]));
      if (subscriptions.size < paths.size || [...lists.values()].includes(undefined)) return;
      const found = lists.get(kindKey(object))?.find((candidate) => uidOf(candidate) === uidOf(object));
      if (found) proceed(step(found, { of: (kind) => lists.get(kind) ?? [] }));
      else void confirmGone();
    };
    // A shared watch may lag behind the object that was just applied: only the server knows that it is gone.
    const confirmGone = async () => {
      const exists = await api.get(object).then(
        (current) => uidOf(current) === uidOf(object),
        (error: unknown) => !isNotFound(error),
      );
      if (!exists) proceed(gone);
    };
    const proceed = (next: Step) => {
      if (ended) return;
      clearTimeout(settling);
      if (next.kind === "fail") {
        fail(next.message);
      } else if (next.kind === "done") {
        settling = setTimeout(() => {
          finish(resolve);
        }, next.settleMs);
      } else if (next.status !== shown) {
        shown = next.status;
        context.status(shown);
      }
    };
    if (signal.aborted) {
      cancel();
      return;
    }
    signal.addEventListener("abort", cancel);
    for (const [kind, path] of paths) subscriptions.set(kind, watches.subscribe(path, look));
    look();
  });
}

function listPath(api: KubernetesApi, kind: string, object: KubeObject): Promise<string> {
  const parts = kind.split("/");
  return api.listPath(parts.slice(0, -1).join("/"), parts.at(-1) ?? "", namespaceOf(object));
}
