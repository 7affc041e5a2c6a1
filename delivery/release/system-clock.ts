import { setTimeout as sleep } from "node:timers/promises";
import type { ClockPort } from "./ports.ts";

/** The machine's own clock. */
export const systemClock: ClockPort = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
