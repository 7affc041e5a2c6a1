import { describe, expect, it } from "vitest";
import { simulateCanaries } from "./simulate-canaries.ts";

const COUNT = 1_000;

// `make test` simulates 10,000 of each in its slower part (test/engine/release).
describe("simulated canaries", { timeout: 60_000 }, () => {
  it("with five times the stable release's errors: none is promoted, most are aborted", () => {
    const outcomes = simulateCanaries(COUNT, 1, { errors: 5, slow: 1 });
    expect(outcomes.promote).toBe(0);
    expect(outcomes.abort).toBeGreaterThan(0.8 * COUNT);
  });

  it("as good as the stable release: under 1 % is aborted, and many are promoted", () => {
    const outcomes = simulateCanaries(COUNT, 3, { errors: 1, slow: 1 });
    expect(outcomes.abort).toBeLessThan(0.01 * COUNT);
    expect(outcomes.promote).toBeGreaterThan(0.4 * COUNT);
  });

  it("with more slow answers than errors to show for it: most are aborted", () => {
    expect(simulateCanaries(COUNT, 2, { errors: 1, slow: 12 }).abort).toBeGreaterThan(0.5 * COUNT);
  });
});
