import { describe, expect, it } from "vitest";
import { keptConnection } from "../../docker/reference-workload/src/probes/probe.ts";

describe("a probe on a kept connection", () => {
  const counting = (ping: (number: number) => Promise<unknown>) => {
    const seen: { opened: number; closed: number; lose: () => void } = { opened: 0, closed: 0, lose: () => undefined };
    const probe = keptConnection((lost) => {
      const number = ++seen.opened;
      seen.lose = lost;
      return Promise.resolve({ ping: () => ping(number), close: () => ++seen.closed });
    });
    return { probe, seen };
  };

  it("opens once and asks over the same connection", async () => {
    const { probe, seen } = counting(() => Promise.resolve());
    await probe.check();
    await probe.check();
    expect(seen.opened).toBe(1);
  });

  it("throws a connection away that does not answer, and opens another at the next check", async () => {
    const { probe, seen } = counting((number) =>
      number === 1 ? Promise.reject(new Error("gone")) : Promise.resolve(),
    );
    await expect(probe.check()).rejects.toThrow("gone");
    await probe.check();
    expect([seen.opened, seen.closed]).toEqual([2, 1]);
  });

  it("opens another after the library says that it was lost", async () => {
    const { probe, seen } = counting(() => Promise.resolve());
    await probe.check();
    seen.lose();
    await probe.check();
    expect(seen.opened).toBe(2);
  });
});
