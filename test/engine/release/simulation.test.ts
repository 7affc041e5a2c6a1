import { expect, it } from "vitest";
import { simulateCanaries } from "../../delivery/release/analysis/simulate-canaries.ts";

const COUNT = 10_000;

it("none of 10,000 simulated canaries with five times the stable release's errors is promoted", () => {
  const outcomes = simulateCanaries(COUNT, 11, { errors: 5, slow: 1 });
  console.log("five times the errors:", outcomes);
  expect(outcomes.promote).toBe(0);
});

it("under 1 % of 10,000 simulated canaries that are as good as the stable release is aborted", () => {
  const outcomes = simulateCanaries(COUNT, 12, { errors: 1, slow: 1 });
  console.log("as good:", outcomes);
  expect(outcomes.abort).toBeLessThan(0.01 * COUNT);
  // Those left over had too little traffic to tell, and pause.
  expect(outcomes.promote).toBeGreaterThan(0.4 * COUNT);
});
