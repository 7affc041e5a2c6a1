import { expect } from "vitest";
import type { ReleaseState } from "../../../../delivery/release/state.ts";
import type { Ending } from "./stories.ts";
import type { World } from "./world.ts";

/** Holds the world, and what the journal says of it, to how a story must end. */
export function expectEnding(world: World, state: ReleaseState, { reason, ...ending }: Ending): void {
  expect(world.violations).toEqual([]);
  expect({
    status: state.status.kind,
    serves: world.stable?.release,
    weight: world.weight,
    applied: [...world.applied],
    canary: world.canary !== undefined,
  }).toEqual(ending);
  expect(reasonOf(state)).toContain(reason);
  // Nobody holds the lock, nobody works, and the journal knows what is.
  expect(world.lease?.lease.holder).toBe("");
  expect(world.busy).toBe(0);
  expect(state.weight).toBe(world.weight);
  expect(world.latest()?.state).toEqual(JSON.parse(JSON.stringify(state)));
  expect(state.unsent).toEqual([]);
  if (state.status.kind === "done" || state.status.kind === "rolledBack") expect(world.stable?.mixed).toBe(false);
}

export function reasonOf({ status }: ReleaseState): string {
  if (status.kind === "paused") return status.reason;
  return "failure" in status ? status.failure.reason : "";
}
