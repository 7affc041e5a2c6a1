import { describe, expect, it } from "vitest";
import { sharedCheck } from "../../docker/reference-workload/src/shared-check.ts";

describe("a shared check", () => {
  it("runs once for all who ask while it runs, and for those who ask within its age", async () => {
    let runs = 0;
    let now = 0;
    const check = sharedCheck(
      () => Promise.resolve(++runs),
      1000,
      () => now,
    );
    expect(await Promise.all([check(), check(), check()])).toEqual([1, 1, 1]);
    now = 999;
    expect(await check()).toBe(1);
    now = 1000;
    expect(await check()).toBe(2);
  });

  it("does not keep a failure", async () => {
    let runs = 0;
    const check = sharedCheck(() => (++runs === 1 ? Promise.reject(new Error("once")) : Promise.resolve(runs)), 1000);
    await expect(check()).rejects.toThrow("once");
    expect(await check()).toBe(2);
  });
});
