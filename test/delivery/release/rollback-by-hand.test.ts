import { describe, expect, it } from "vitest";
import { ReleaseOpenError, rollBackTo } from "../../../delivery/release/release.ts";
import { reportOf } from "../../../delivery/release/report/report.ts";
import type { ReleaseState } from "../../../delivery/release/state.ts";
import { rollbackTarget, schemaSince, verifiedReleases } from "../../../delivery/release/verified.ts";
import { Process } from "./world/process.ts";
import { CONTRACT, release, request, servedWorld } from "./world/story.ts";
import type { World } from "./world/world.ts";

const historyOf = async (world: World): Promise<readonly ReleaseState[]> => {
  const all = await world.time.until(new Process(world, "reader").ports.journal.history("sophia"));
  return all.filter(({ plan }, index) => all.findIndex((one) => one.plan.id === plan.id) === index);
};
const back = async (world: World, history: readonly ReleaseState[], named?: string) => {
  const target = rollbackTarget(history, named);
  if (!target) throw new Error("There should be a target.");
  const process = new Process(world, "by hand");
  return world.time.until(
    rollBackTo(request("back", { migrations: [], syntheticChecks: [] }), target, {
      ports: process.ports,
      holder: process.holder,
    }),
  );
};

describe("a rollback by hand", () => {
  it("goes to the verified release before the one that serves, traffic first, and checks it", async () => {
    const world = await servedWorld();
    await release(world, request("r2", { migrations: [] }));
    const state = await back(world, await historyOf(world));
    expect(state.status.kind).toBe("rolledBack");
    expect(world.stable).toEqual({ release: "r1", mixed: false });
    expect([world.weight, world.canary, world.violations]).toEqual([0, undefined, []]);
    expect(reportOf(state).verdict).toContain("v-r1 serves: asked for by by hand");
  });

  it("goes on from what it brought back: the next release falls back to that", async () => {
    const world = await servedWorld();
    await release(world, request("r2", { migrations: [] }));
    await back(world, await historyOf(world));
    world.faults.set("r3", "errors");
    const state = await release(world, request("r3", { migrations: [] }));
    expect(state.status.kind).toBe("rolledBack");
    expect(world.stable?.release).toBe("r1");
  });

  it("goes to any verified release by its id or version, and to no other", async () => {
    const world = await servedWorld();
    await release(world, request("r2", { migrations: [] }));
    world.faults.set("r3", "errors");
    await release(world, request("r3", { migrations: [] }));
    const history = await historyOf(world);
    expect(verifiedReleases(history).map(({ id }) => id)).toEqual(["r2", "r1"]);
    expect(rollbackTarget(history, "v-r1")?.id).toBe("r1");
    expect(rollbackTarget(history, "r3")).toBeUndefined();
  });

  it("waits while a release is open", async () => {
    const world = await servedWorld();
    world.faults.set("r2", "synthetics");
    await release(world, request("r2", { migrations: [CONTRACT] }));
    await expect(back(world, await historyOf(world), "r1")).rejects.toThrow(ReleaseOpenError);
  });

  it("names what has bound the schema since", async () => {
    const world = await servedWorld();
    await release(world, request("r2", { migrations: [CONTRACT] }));
    const history = await historyOf(world);
    const [, first] = verifiedReleases(history);
    if (!first) throw new Error("There should be two verified releases.");
    expect(schemaSince(history, first)).toEqual(["003.do.drop.sql (contract)"]);
  });
});
