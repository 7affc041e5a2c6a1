import { Inbox } from "./inbox.ts";
import { performActivity } from "./perform.ts";
import { WorkFailedError, type HeldLock, type ReleasePorts } from "./ports.ts";
import { reduce, type Command, type Transition } from "./reduce.ts";
import { isAtRest, nextDeadlineMs, type Notification, type ReleaseState } from "./state.ts";
import type { ReleaseEvent } from "./event.ts";

/** The lock has been lost, and with it the right to go on. The release can be resumed. */
export class LockLostError extends Error {
  override readonly name = "LockLostError";
}

/** What driving a release needs from around it. */
export interface DriveOptions {
  readonly ports: ReleasePorts;
  /** Who drives: unique to this process, and told to whoever finds the lock taken. */
  readonly holder: string;
  /** Asks for the release to be aborted, as Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** Told after every transition, for a live display. */
  readonly onState?: (state: ReleaseState) => void;
}

/** How long an activity that is no longer wanted is waited for, in milliseconds. */
const STOP_LIMIT = 30_000;
/** How long a notification may take, with all its retries, in milliseconds. */
const NOTIFY_LIMIT = 60_000;
/** How often an abort that another process asked for is looked for, in milliseconds. */
const ABORT_INTERVAL = 5_000;

/**
 * Drives a release until nothing is left to do without a person: feeds what the ports report to the state machine,
 * writes each state to the journal before it does what follows from it.
 *
 * @throws LockLostError when another process may have taken over; JournalConflictError when it has.
 */
export async function drive(
  first: Transition,
  sequence: number,
  lock: HeldLock,
  options: DriveOptions,
): Promise<ReleaseState> {
  const driver = new Driver(sequence, options);
  return driver.run(first, lock);
}

class Driver {
  readonly #inbox = new Inbox();
  readonly #end = new AbortController();
  readonly #options: DriveOptions;
  #sequence: number;
  #running: { readonly stop: AbortController; readonly settled: Promise<void> } | undefined;
  #timer: { readonly atMs: number; readonly stop: AbortController } | undefined;

  constructor(sequence: number, options: DriveOptions) {
    this.#sequence = sequence;
    this.#options = options;
  }

  async run(first: Transition, lock: HeldLock): Promise<ReleaseState> {
    const { signal, holder } = this.#options;
    const onLost = () => {
      this.#inbox.fail(new LockLostError("the lock was lost; resume the release"));
    };
    const onSignal = () => {
      this.#put({ kind: "abortRequested", by: holder });
    };
    lock.lost.addEventListener("abort", onLost);
    signal?.addEventListener("abort", onSignal);
    if (lock.lost.aborted) onLost();
    if (signal?.aborted) onSignal();
    try {
      return await this.#follow(first);
    } finally {
      signal?.removeEventListener("abort", onSignal);
      lock.lost.removeEventListener("abort", onLost);
      this.#end.abort();
      this.#timer?.stop.abort();
      await this.#stop();
    }
  }

  async #follow(first: Transition): Promise<ReleaseState> {
    await this.#take(first);
    let { state } = first;
    this.#watch(state);
    while (!isAtRest(state)) {
      const transition = reduce(state, await this.#inbox.next());
      if (transition.state === state) continue;
      await this.#take(transition);
      ({ state } = transition);
    }
    return state;
  }

  /** Journal first: what a crash leaves half done is then known to have been begun. */
  async #take({ state, commands }: Transition): Promise<void> {
    const { ports, holder, onState } = this.#options;
    this.#sequence += 1;
    await ports.journal.write(state.plan.platform, { sequence: this.#sequence, holder, state });
    onState?.(state);
    this.#setTimer(state);
    for (const command of commands) await this.#obey(command, state);
  }

  async #obey(command: Command, state: ReleaseState): Promise<void> {
    switch (command.kind) {
      case "perform":
        await this.#stop();
        this.#perform(command.activity, state);
        return;
      case "stop":
        await this.#stop();
        return;
      case "notify":
        void this.#notify(command.notification);
        return;
    }
  }

  #perform(activity: Extract<Command, { kind: "perform" }>["activity"], { plan }: ReleaseState): void {
    const { ports } = this.#options;
    const stop = new AbortController();
    const { key } = activity;
    const settled = performActivity(activity, ports, { plan, signal: stop.signal }).then(
      (outcome) => {
        this.#put({ kind: "completed", key, outcome });
      },
      (error: unknown) => {
        const { dossiers = [], applied } = error instanceof WorkFailedError ? error : {};
        this.#put({ kind: "failed", key, reason: inWords(error), dossiers, ...(applied ? { applied } : {}) });
      },
    );
    this.#running = { stop, settled };
  }

  /** Stops what is being done, and waits for it: two pieces of work on the same platform would get in each other's way. */
  async #stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.stop.abort();
    const waited = new AbortController();
    await Promise.race([running.settled, this.#options.ports.clock.sleep(STOP_LIMIT, waited.signal)]);
    waited.abort();
  }

  async #notify(notification: Notification): Promise<void> {
    const { clock, notifier } = this.#options.ports;
    const stop = new AbortController();
    const late = clock.sleep(NOTIFY_LIMIT, stop.signal).then(() => {
      throw new Error(`no answer within ${NOTIFY_LIMIT / 1000} s`);
    });
    const problem = await Promise.race([notifier.notify(notification, stop.signal), late]).then(
      () => undefined,
      (error: unknown) => inWords(error),
    );
    late.catch(() => undefined);
    stop.abort();
    this.#put({ kind: "notified", key: notification.key, ...(problem === undefined ? {} : { problem }) });
  }

  #setTimer(state: ReleaseState): void {
    const { clock } = this.#options.ports;
    const atMs = nextDeadlineMs(state);
    if (atMs === this.#timer?.atMs) return;
    this.#timer?.stop.abort();
    this.#timer = undefined;
    if (atMs === undefined) return;
    const stop = new AbortController();
    this.#timer = { atMs, stop };
    void clock.sleep(Math.max(0, atMs - clock.now()), stop.signal).then(() => {
      if (!stop.signal.aborted) this.#put({ kind: "timeUp" });
    });
  }

  #watch({ plan, attempt }: ReleaseState): void {
    const { cluster, clock, journal } = this.#options.ports;
    const { signal } = this.#end;
    const onFailure: Parameters<typeof cluster.watch>[1] = (failure) => {
      this.#put({ kind: "diagnosed", ...failure });
    };
    // A watch that breaks off finds nothing more; health and time limits still do.
    cluster.watch(plan, onFailure, signal).catch(() => undefined);
    void (async () => {
      while (!signal.aborted) {
        const by = await journal.abortRequestedBy(plan.platform, { release: plan.id, attempt }).catch(() => undefined);
        if (by !== undefined) {
          this.#put({ kind: "abortRequested", by });
          return;
        }
        await clock.sleep(ABORT_INTERVAL, signal);
      }
    })();
  }

  #put(event: WithoutTime<ReleaseEvent>): void {
    this.#inbox.put({ ...event, atMs: this.#options.ports.clock.now() });
  }
}

type WithoutTime<Event> = Event extends unknown ? Omit<Event, "atMs"> : never;

function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
