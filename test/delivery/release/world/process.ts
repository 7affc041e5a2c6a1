import type { CheckResult } from "../../../../delivery/release/activity.ts";
import type { SideTraffic } from "../../../../delivery/release/analysis/sample.ts";
import { leaseLock } from "../../../../delivery/release/lock/lease-lock.ts";
import {
  JournalConflictError,
  WorkFailedError,
  type JournalRecord,
  type ReleasePorts,
  type WorkContext,
} from "../../../../delivery/release/ports.ts";
import type { Trouble, World } from "./world.ts";

/** Longer than in earnest, in seconds: each renewal is a turn of the clock, and there are thousands of stories. */
const LEASE_TIMING = { duration: 120, renewDeadline: 90, retry: 30 };

/** A promise of the dead: nothing ever comes of it. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** One `fleet release` process: its ports work on the world until it is killed. */
export class Process {
  /** Resolves when the process has been killed. */
  readonly killed: Promise<"killed">;
  /** Moments at which it could have been killed so far: before and after each thing it did to the world. */
  points = 0;
  #dead = false;
  #kill: () => void = () => undefined;
  readonly #world: World;
  readonly #killAt: number | undefined;

  constructor(
    world: World,
    readonly holder: string,
    killAt?: number,
  ) {
    this.#world = world;
    this.#killAt = killAt;
    this.killed = new Promise((resolve) => {
      this.#kill = () => {
        resolve("killed");
      };
    });
  }

  get ports(): ReleasePorts {
    const world = this.#world;
    const clock = {
      now: world.time.now,
      sleep: async (ms: number, signal?: AbortSignal) => {
        await world.time.sleep(ms, signal);
        if (this.#dead) await never();
      },
    };
    const act = <T>(effect: () => T): Promise<T> => this.#act(effect);
    const lasting = (context: WorkContext, seconds: number, ...effects: readonly (() => void)[]) =>
      this.#lasting(context, seconds, effects);
    return {
      clock,
      engine: {
        build: async (context) => {
          await lasting(context, 20);
          if (world.faults.get(context.plan.id) === "build") throw new WorkFailedError("npm ci failed");
          return [{ service: "crm", image: `r.test/crm@${context.plan.id}`, configuration: "c0" }];
        },
        deployCanary: async (context) => {
          const { id } = context.plan;
          await lasting(context, 10, () => (world.canary = { release: id, mixed: true }));
          const fault = world.faults.get(id);
          if (fault === "wrongImage") throw new WorkFailedError("crm: image not found");
          if (fault === "unready") throw new WorkFailedError("crm: never ready");
          await act(() => (world.canary = { release: id, mixed: false }));
        },
        deployStable: async (context) => {
          const { id } = context.plan;
          await act(() => {
            world.expect(world.weight === 100, "stable is renewed while it serves");
            world.stable = { release: id, mixed: true };
          });
          await lasting(context, 20);
          if (world.faults.get(id) === "rollout") throw new WorkFailedError("crm: quota exceeded");
          await act(() => (world.stable = { release: id, mixed: false }));
        },
        restoreStable: async (context, release) => {
          await lasting(context, 10, () => {
            world.expect(world.weight === 0, "pods are rolled back before the traffic");
            if (world.troubles.has("restoreFails")) throw new WorkFailedError("the API server refused");
            world.stable = { release: release.id, mixed: false };
          });
        },
        removeCanary: (context) =>
          lasting(context, 5, () => {
            world.expect(world.weight === 0, "the canary is removed while it serves");
            world.canary = undefined;
          }),
      },
      traffic: {
        setWeight: (context, weight) =>
          lasting(context, 1, () => {
            if (world.troubles.has("gatewayStuck") && weight === 0) throw new WorkFailedError("the gateway is stuck");
            world.expect(weight === 0 || world.canary?.mixed === false, "traffic goes to a canary that is not up");
            world.weight = weight;
          }),
      },
      cluster: {
        sample: async (_context, countedUntilMs) => {
          await act(() => undefined);
          return this.#sample(countedUntilMs);
        },
        checkReadiness: async (context) => {
          await lasting(context, 5);
          const bad = world.faultOf(world.stable) === "readiness";
          return [result("crm", !bad, bad ? "HTTP 503" : "HTTP 200")];
        },
        checkRestored: async (context) => {
          await lasting(context, 2);
          return [result("crm", world.faultOf(world.stable) === undefined, "HTTP 200")];
        },
        watch: async (_plan, onFailure, signal) => {
          for (;;) {
            await clock.sleep(15_000, signal);
            if (signal.aborted) return;
            if (world.faultOf(world.canary) === "crash" && world.canary?.mixed === false) {
              onFailure({ reason: "crm is in a crash loop", dossiers: [] });
            }
          }
        },
      },
      database: {
        migrate: async (context, migrations) => {
          await act(() => {
            world.expect(world.canary?.mixed === false, "the schema changes before the canary is up");
          });
          const fault = world.faults.get(context.plan.id);
          for (const { file } of migrations) {
            await lasting(context, world.troubles.has("hangingMigration") ? 10_000 : 3);
            if (fault === "migration" && file === migrations.at(-1)?.file) {
              const applied = [...world.applied];
              throw new WorkFailedError(
                `${file}: column does not exist`,
                world.troubles.has("databaseSilent") ? {} : { applied },
              );
            }
            await act(() => world.applied.add(file));
          }
          return [...world.applied];
        },
        applied: async (_platform, migrations) => {
          await act(() => undefined);
          if (world.troubles.has("databaseSilent") && world.canary) throw new Error("connection refused");
          return migrations.map(({ file }) => file).filter((file) => world.applied.has(file));
        },
        revert: async (context, migrations) => {
          await act(() => {
            const serving = context.plan.previous?.id;
            world.expect(world.weight === 0 && world.canary === undefined, "the schema goes back under a canary");
            world.expect(world.stable?.release === serving, "the schema goes back before the pods");
          });
          for (const { file } of migrations) await lasting(context, 2, () => world.applied.delete(file));
        },
      },
      synthetics: {
        run: async (context, checks) => {
          await lasting(context, 5);
          const bad = world.faultOf(world.canary) === "synthetics";
          return checks.map((name) => result(name, !bad, bad ? "HTTP 500" : "HTTP 200"));
        },
      },
      notifier: {
        notify: async (notification) => {
          await act(() => undefined);
          if (world.troubles.has("notifierDown")) throw new Error("connection refused");
          world.sent.set(notification.key, notification);
        },
      },
      journal: {
        latest: () => act(() => world.latest()),
        write: (_platform, record) =>
          act(() => {
            if (record.sequence !== world.sequence + 1) throw new JournalConflictError("conflict");
            world.sequence = record.sequence;
            world.journal.push(JSON.stringify(record));
          }),
        history: () => act(() => world.journal.map((text) => (JSON.parse(text) as JournalRecord).state).reverse()),
        requestAbort: (_platform, { release, attempt }, by) =>
          act(() => void world.abortRequests.set(`${release}.${attempt}`, by)),
        abortRequestedBy: (_platform, { release, attempt }) =>
          Promise.resolve(world.abortRequests.get(`${release}.${attempt}`)),
      },
      lock: leaseLock(
        {
          read: (name) => act(() => world.leases.read(name)).then((lease) => lease),
          write: (name, lease, version) => act(() => world.leases.write(name, lease, version)).then(() => undefined),
        },
        clock,
        LEASE_TIMING,
      ),
    };
  }

  /** One effect on the world, with a moment to be killed before it and one after it. */
  async #act<T>(effect: () => T | Promise<T>): Promise<T> {
    if (this.#passes()) return never();
    const done = await effect();
    return this.#passes() ? never() : done;
  }

  #passes(): boolean {
    if (this.#dead) return true;
    this.points += 1;
    if (this.points !== this.#killAt) return false;
    this.#dead = true;
    this.#world.busy = 0;
    this.#kill();
    return true;
  }

  /** Work that takes its time, and can be stopped. */
  async #lasting({ signal }: WorkContext, seconds: number, effects: readonly (() => void)[]): Promise<void> {
    const world = this.#world;
    world.busy += 1;
    world.expect(world.busy === 1, "two pieces of work at once");
    try {
      await world.time.sleep(seconds * 1000, signal);
      if (this.#dead) await never();
      if (signal.aborted) {
        // An engine finishes what it is at before it stops.
        await world.time.sleep(2_000);
        throw new Error("stopped");
      }
      if (effects.length === 0) await this.#act(() => undefined);
      for (const effect of effects) await this.#act(effect);
    } finally {
      world.busy -= 1;
    }
  }

  #sample(countedUntilMs: number) {
    const world = this.#world;
    const atMs = world.time.now();
    const fault = world.faultOf(world.canary);
    const quality = fault === "dependency" ? ("degraded" as const) : ("good" as const);
    const reason = fault === "dependency" ? "redis: connection refused" : "";
    const has = (trouble: Trouble) => world.troubles.has(trouble);
    const requests = has("noTraffic") ? 0 : ((atMs - countedUntilMs) / 1000) * 200;
    const share = world.weight / 100;
    const window = {
      fromMs: countedUntilMs,
      toMs: has("metricsLate") ? countedUntilMs + 1 : atMs,
      canary: side(Math.round(requests * share), fault === "errors" ? 0.2 : 0.01, fault === "slow"),
      stable: side(Math.round(requests * (1 - share)), 0.01, false),
    };
    const counts = has("metricsNaN") ? { ...window, canary: { ...window.canary, errors: Number.NaN } } : window;
    return {
      atMs: has("metricsLate") ? atMs + 120_000 : atMs,
      health: {
        canary: [{ service: "crm", quality, reason }],
        stable: [{ service: "crm", quality: "good" as const, reason: "" }],
      },
      traffic: has("metricsDown")
        ? { kind: "unavailable" as const, reason: "Prometheus: connection refused" }
        : { kind: "counted" as const, window: counts },
    };
  }
}

function side(requests: number, errorRate: number, slow: boolean): SideTraffic {
  const slowest = Math.round(requests * (slow ? 0.5 : 0.01));
  const middle = Math.round(requests * 0.02);
  const counts = [requests - middle - slowest, middle, slowest, 0];
  return {
    requests,
    errors: Math.round(requests * errorRate),
    latency: { bounds: [0.1, 0.3, 1.2], counts },
  };
}

function result(name: string, passed: boolean, detail: string): CheckResult {
  return { name, passed, detail, durationMs: 20 };
}
