import { expect, it } from "vitest";
import { tellKilledStories } from "../../delivery/release/world/kill-points.ts";

it("400 seeded stories of killed releases each end, after one resume, as if nobody had been killed", async () => {
  expect(await tellKilledStories(400, 1)).toBeGreaterThanOrEqual(400);
});
