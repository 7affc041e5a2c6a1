import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesApi } from "../api.ts";
import { isMap } from "../../protocol/values.ts";
import { mapAt, textAt, uidOf, type KubeObject } from "../object.ts";

/** A pause before a broken watch is opened again, in milliseconds. */
const REOPEN_AFTER = 250;

/** One subscription to all objects under a list path. */
export interface Subscription {
  /** What is there now; undefined until the first list has come. */
  current(): readonly KubeObject[] | undefined;
  close(): void;
}

interface Watched {
  readonly objects: Map<string, KubeObject>;
  readonly listeners: Set<() => void>;
  readonly stop: AbortController;
  listed: boolean;
}

/**
 * Watches shared by all waits: a platform's forty Deployments look at the same pods.
 *
 * A watch that ends, for an API server's restart or an expired version, is opened again with a new list.
 */
export class Watches {
  readonly #api: KubernetesApi;
  readonly #signal: AbortSignal;
  readonly #watched = new Map<string, Watched>();

  constructor(api: KubernetesApi, signal: AbortSignal) {
    this.#api = api;
    this.#signal = signal;
  }

  /** Calls `listener` after each change under `path`. */
  subscribe(path: string, listener: () => void): Subscription {
    const watched = this.#watched.get(path) ?? this.#open(path);
    watched.listeners.add(listener);
    return {
      current: () => (watched.listed ? [...watched.objects.values()] : undefined),
      close: () => {
        watched.listeners.delete(listener);
        if (watched.listeners.size > 0) return;
        watched.stop.abort();
        if (this.#watched.get(path) === watched) this.#watched.delete(path);
      },
    };
  }

  #open(path: string): Watched {
    const watched: Watched = { objects: new Map(), listeners: new Set(), stop: new AbortController(), listed: false };
    this.#watched.set(path, watched);
    void this.#follow(path, watched, AbortSignal.any([watched.stop.signal, this.#signal]));
    return watched;
  }

  async #follow(path: string, watched: Watched, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const { items, resourceVersion } = await this.#api.list(path);
        watched.objects.clear();
        for (const item of items) watched.objects.set(uidOf(item), item);
        watched.listed = true;
        notify(watched);
        for await (const event of this.#api.watch(path, resourceVersion, signal)) {
          if (!applyEvent(watched.objects, event)) break;
          notify(watched);
        }
      } catch {
        // The server is away or has forgotten the version: the list above tells when it is back, the wait has a timeout.
      }
      await delay(REOPEN_AFTER, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Whether the watch can go on; an ERROR event ends it. */
function applyEvent(objects: Map<string, KubeObject>, event: KubeObject): boolean {
  const object = mapAt(event, "object");
  switch (textAt(event, "type")) {
    case "ADDED":
    case "MODIFIED":
      objects.set(uidOf(object), object);
      return true;
    case "DELETED":
      objects.delete(uidOf(object));
      return true;
    case "BOOKMARK":
      return true;
    default:
      return !isMap(event["object"]);
  }
}

function notify(watched: Watched): void {
  for (const listener of watched.listeners) listener();
}
