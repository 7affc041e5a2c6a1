import type { ClockPort } from "../../../../delivery/release/ports.ts";

interface Timer {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Time that passes only while everybody sleeps. */
export class VirtualTime implements ClockPort {
  #nowMs: number;
  #timers: Timer[] = [];

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  readonly now = (): number => this.#nowMs;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#timers = this.#timers.filter((one) => one !== timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const timer: Timer = { atMs: this.#nowMs + ms, wake };
      this.#timers.push(timer);
      signal?.addEventListener("abort", wake);
    });
  };

  /** Lets time pass until a promise is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    watched.catch(() => undefined);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      // It changes while the others run; the type checker cannot see that.
      if (settled as boolean) return watched;
      const next = this.#timers.reduce<Timer | undefined>(
        (first, timer) => (first === undefined || timer.atMs < first.atMs ? timer : first),
        undefined,
      );
      if (!next) throw new Error("everybody waits, and nobody will wake them");
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
  }
}
