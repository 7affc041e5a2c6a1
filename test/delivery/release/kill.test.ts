import { expect, it } from "vitest";
import { startRelease } from "../../../delivery/release/release.ts";
import { tellKilledStories } from "./world/kill-points.ts";
import { Process } from "./world/process.ts";
import { release, releaseAndKill, request, servedWorld } from "./world/story.ts";

const PATIENCE = { timeout: 60_000 };

it("a release killed at any point ends, after one resume, as if it had not been killed", PATIENCE, async () => {
  // `make test` tells 1,200 of them in its slower part (test/engine/release).
  expect(await tellKilledStories(140, 20261121)).toBeGreaterThanOrEqual(140);
});

it("the time in which no process drove a release does not count against its limits", async () => {
  const world = await servedWorld();
  const { state } = await releaseAndKill(world, request("r2"), [60]);
  const idle = state.stages.reduce((total, { idleMs }) => total + idleMs, 0);
  expect(state.status.kind).toBe("done");
  expect(idle).toBeGreaterThanOrEqual(100_000);
});

it("a killed release holds up the next one, which says what to do", async () => {
  const world = await servedWorld();
  const first = new Process(world, "first", 60);
  const running = startRelease(request("r2"), { ports: first.ports, holder: first.holder });
  expect(await world.time.until(Promise.race([first.killed, running]))).toBe("killed");
  await expect(release(world, request("r3"))).rejects.toThrow(
    "release r2 of sophia is running: resume or abort it first",
  );
});
