import { describe, expect, it } from "vitest";
import { abortRelease, resumeRelease, retryRelease, startRelease } from "../../../delivery/release/release.ts";
import type { ReleaseState } from "../../../delivery/release/state.ts";
import { expectEnding } from "./world/expect-ending.ts";
import { Process } from "./world/process.ts";
import { STORIES } from "./world/stories.ts";
import { CONTRACT, EXPAND, release, request, servedWorld, worldOf } from "./world/story.ts";
import { World } from "./world/world.ts";

const as = (world: World, holder: string) => ({ ports: new Process(world, holder).ports, holder });
const again = (world: World, what: typeof resumeRelease, by = "person") =>
  world.time.until(what("sophia", as(world, by)));
const weights = (state: ReleaseState) => state.weights.map(({ weight }) => weight);
const stages = (state: ReleaseState) => state.stages.map(({ stage, outcome }) => `${stage} ${outcome ?? ""}`);
const titles = (world: World) => [...world.sent.values()].map(({ title }) => title.replace(/^sophia /, ""));

describe("a release of a platform that serves a verified one", () => {
  it.each(STORIES)("%s", async (_story, setting, ending) => {
    const world = await worldOf(setting);
    expectEnding(world, await release(world, request("r2", setting.changes)), ending);
  });

  it("goes through every stage and step, and back to the stable pods", async () => {
    const world = await servedWorld();
    const state = await release(world, request("r2"));
    expect(weights(state)).toEqual([0, 10, 50, 100, 0]);
    expect(stages(state)).toEqual(
      ["build", "canary", "migration", "synthetics", "rollout", "readiness"].map((s) => `${s} passed`),
    );
    expect(titles(world)).toEqual(["v-r2: started", "v-r2: released"]);
  });

  it("takes the steps that it is given", async () => {
    const state = await release(await servedWorld(), request("r2", { steps: [5, 25, 100] }));
    expect(weights(state)).toEqual([0, 5, 25, 100, 0]);
  });

  it("stays within seed 003's limits when all is well", async () => {
    const { stages: records } = await release(await servedWorld(), request("r2"));
    const seconds = (name: string) => {
      const record = records.find(({ stage }) => stage === name);
      return ((record?.endedMs ?? Infinity) - (record?.startedMs ?? 0)) / 1000;
    };
    expect(seconds("canary")).toBeLessThan(300);
    expect(seconds("migration")).toBeLessThan(120);
    expect(seconds("synthetics")).toBeLessThan(60);
    expect(seconds("rollout")).toBeLessThan(600);
  });

  it("takes the traffic back as soon as the third health check in a row is not good", async () => {
    const world = await worldOf({ fault: "dependency" });
    const { weights: timeline } = await release(world, request("r2"));
    const [, widened, back] = timeline;
    expect(back?.weight).toBe(0);
    expect((back?.atMs ?? 0) - (widened?.atMs ?? 0)).toBe(3 * 30_000 + 1_000);
  });

  it("names the migration and the choice when it freezes, and calls somebody out", async () => {
    const world = await worldOf({ fault: "synthetics" });
    const state = await release(world, request("r2", { migrations: [CONTRACT] }));
    expect(state.status).toMatchObject({
      kind: "frozen",
      question: expect.stringMatching(
        /^003\.do\.drop\.sql \(contract\) has been applied: .* Yes: abort.* No: .*retry$/s,
      ) as string,
    });
    expect([...world.sent.values()].at(-1)).toMatchObject({
      severity: "critical",
      title: expect.stringContaining("frozen") as string,
    });
  });

  it("keeps account of notifications that were not sent", async () => {
    const world = await worldOf({ troubles: ["notifierDown"] });
    const { deliveries } = await release(world, request("r2"));
    expect(deliveries.map(({ problem }) => problem)).toEqual(["connection refused", "connection refused"]);
  });
});

describe("what follows a release", () => {
  it("bad to bad: the second failure goes back to the verified release, not to the first failure", async () => {
    const world = await worldOf({ fault: "errors" });
    world.faults.set("r3", "readiness");
    await release(world, request("r2"));
    const state = await release(world, request("r3"));
    expect(state.status.kind).toBe("rolledBack");
    expect(state.plan.previous?.id).toBe("r1");
    expect(world.stable).toEqual({ release: "r1", mixed: false });
  });

  it("bad to good: the next release goes out", async () => {
    const world = await worldOf({ fault: "errors" });
    await release(world, request("r2"));
    const state = await release(world, request("r3"));
    expect(state.status.kind).toBe("done");
    expect(world.stable).toEqual({ release: "r3", mixed: false });
  });

  it("good to bad: goes back to the release before, which is verified by now", async () => {
    const world = await servedWorld();
    world.faults.set("r3", "rollout");
    await release(world, request("r2"));
    const state = await release(world, request("r3"));
    expect(state.plan.previous?.id).toBe("r2");
    expect(world.stable).toEqual({ release: "r2", mixed: false });
  });

  it("leaves out the migrations that a release before it has applied", async () => {
    const world = await worldOf({ fault: "synthetics" });
    await release(world, request("r2"));
    expect([...world.applied]).toEqual([EXPAND.file]);
    expect((await release(world, request("r3"))).plan.migrations).toEqual([]);
  });

  it("a failed first release goes back to nothing, and says so if pods of it serve", async () => {
    const world = new World();
    world.faults.set("r1", "errors");
    expect((await release(world, request("r1"))).status.kind).toBe("rolledBack");
    world.faults.set("r1", "readiness");
    const state = await again(world, retryRelease);
    expect(state.status).toMatchObject({
      kind: "failed",
      failure: { reason: expect.stringContaining("no verified release") as string },
    });
    expect(world.weight).toBe(0);
  });
});

describe("a person", () => {
  it("resumes a paused release, which is then promoted by new evidence only", async () => {
    const world = await worldOf({ troubles: ["metricsDown"] });
    await release(world, request("r2"));
    const still = await again(world, resumeRelease);
    expect(still.status.kind).toBe("paused");
    world.troubles.clear();
    const state = await again(world, resumeRelease);
    expect(state.status.kind).toBe("done");
    expect(weights(state)).toEqual([0, 10, 0, 10, 0, 10, 50, 100, 0]);
  });

  it("aborts a paused release", async () => {
    const world = await worldOf({ troubles: ["metricsDown"] });
    await release(world, request("r2"));
    const state = await again(world, abortRelease);
    expect(state.status).toMatchObject({
      kind: "rolledBack",
      failure: { trigger: "abort", reason: "aborted by person" },
    });
    expect(world.canary).toBeUndefined();
  });

  it("aborts a release by a signal, retries it, and it goes out", async () => {
    const world = await servedWorld();
    const stop = new AbortController();
    const running = startRelease(request("r2"), { ...as(world, "first"), signal: stop.signal });
    await world.time.until(world.time.sleep(60_000));
    expect(world.weight).toBe(10);
    stop.abort();
    expect((await world.time.until(running)).status.kind).toBe("rolledBack");
    expect([world.weight, world.canary]).toEqual([0, undefined]);
    const state = await again(world, retryRelease);
    expect([state.status.kind, state.attempt]).toEqual(["done", 2]);
    expect(world.violations).toEqual([]);
  });

  it("aborts a release that another process drives", async () => {
    const world = await servedWorld();
    const running = startRelease(request("r2"), as(world, "first"));
    await world.time.until(world.time.sleep(60_000));
    await again(world, abortRelease, "on call");
    const state = await world.time.until(running);
    expect(state.status).toMatchObject({ kind: "rolledBack", failure: { reason: "aborted by on call" } });
  });

  it("aborts after everything is done, and nothing happens", async () => {
    const world = await servedWorld();
    await release(world, request("r2"));
    expect((await again(world, abortRelease)).status.kind).toBe("done");
    expect(world.stable?.release).toBe("r2");
  });

  it("retries a frozen release after mending the cause", async () => {
    const world = await worldOf({ fault: "synthetics" });
    await release(world, request("r2", { migrations: [CONTRACT] }));
    await expect(release(world, request("r3"))).rejects.toThrow(
      "release r2 of sophia is frozen: resume or abort it first",
    );
    world.faults.clear();
    expect((await again(world, retryRelease)).status.kind).toBe("done");
  });

  it("aborts a frozen release, having vouched for the schema: the pods go back, the schema stays", async () => {
    const world = await worldOf({ fault: "readiness" });
    await release(world, request("r2", { migrations: [CONTRACT], expandAfterFailure: "revert" }));
    expect(world.stable?.release).toBe("r2");
    const state = await again(world, abortRelease);
    expect(state.status.kind).toBe("rolledBack");
    expect([world.stable?.release, [...world.applied]]).toEqual(["r1", [CONTRACT.file]]);
  });

  it("tries a failed rollback again", async () => {
    const world = await worldOf({ fault: "readiness", troubles: ["restoreFails"] });
    const state = await release(world, request("r2"));
    expect(stages(state).filter((stage) => stage.startsWith("rollback"))).toEqual(["rollback failed"]);
    world.troubles.clear();
    expect((await again(world, abortRelease)).status.kind).toBe("rolledBack");
    expect(world.stable?.release).toBe("r1");
  });

  it("cannot release while another release runs, and is told who holds the lock", async () => {
    const world = await servedWorld();
    const running = startRelease(request("r2"), as(world, "alice@ci"));
    await world.time.until(world.time.sleep(30_000));
    await expect(release(world, request("r3"))).rejects.toThrow(
      /a release of sophia is driven by alice@ci since 2026-11-21T10:/,
    );
    expect((await world.time.until(running)).status.kind).toBe("done");
    expect(world.stable?.release).toBe("r2");
  });
});
