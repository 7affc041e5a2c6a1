import { setTimeout as sleep } from "node:timers/promises";

/** Repeats an expectation until it holds; its failure is the failure once the time is over. */
export async function eventually(seconds: number, expectation: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(250);
    }
  }
}
