import { describe, expect, it } from "vitest";
import { leaseLock } from "../../../../delivery/release/lock/lease-lock.ts";
import type { LeaseStore } from "../../../../delivery/release/lock/lease.ts";
import { World } from "../world/world.ts";

const TIMING = { duration: 30, renewDeadline: 20, retry: 4 };
const lockOf = (world: World, store: LeaseStore = world.leases) => leaseLock(store, world.time, TIMING);
const passing = (world: World, seconds: number) => world.time.until(world.time.sleep(seconds * 1000));

/** A store that can be cut off, as a network is. */
function unsteady(world: World): { readonly store: LeaseStore; reachable: boolean } {
  const link = {
    reachable: true,
    store: {
      read: (name: string) => (link.reachable ? world.leases.read(name) : Promise.reject(new Error("timeout"))),
      write: (...args: Parameters<LeaseStore["write"]>) =>
        link.reachable ? world.leases.write(...args) : Promise.reject(new Error("timeout")),
    },
  };
  return link;
}

describe("the lock of a platform", () => {
  it("is taken at once where it is free, and written as Kubernetes has it", async () => {
    const world = new World();
    const now = world.time.now();
    await world.time.until(lockOf(world).acquire("sophia", "alice"));
    expect(world.lease?.lease).toEqual({
      holder: "alice",
      durationSeconds: 30,
      acquiredMs: now,
      renewedMs: now,
      transitions: 1,
    });
  });

  it("is taken at once after it has been given back", async () => {
    const world = new World();
    const held = await world.time.until(lockOf(world).acquire("sophia", "alice"));
    await world.time.until(held.release());
    const before = world.time.now();
    await world.time.until(lockOf(world).acquire("sophia", "bob"));
    expect(world.time.now()).toBe(before);
    expect(world.lease?.lease).toMatchObject({ holder: "bob", transitions: 2 });
  });

  it("is refused as soon as its holder is seen to live, naming the holder", async () => {
    const world = new World();
    await world.time.until(lockOf(world).acquire("sophia", "alice"));
    const before = world.time.now();
    await expect(world.time.until(lockOf(world).acquire("sophia", "bob"))).rejects.toThrow("driven by alice since");
    expect(world.time.now() - before).toBeLessThanOrEqual(8_000);
  });

  it("is kept by renewals for as long as its holder lives", async () => {
    const world = new World();
    const held = await world.time.until(lockOf(world).acquire("sophia", "alice"));
    await passing(world, 600);
    expect(held.lost.aborted).toBe(false);
    expect(world.time.now() - (world.lease?.lease.renewedMs ?? 0)).toBeLessThanOrEqual(4_000);
  });

  it("is taken from a holder that is gone, after as long as the lease lasts, whatever its clock said", async () => {
    const world = new World();
    const wrongClock = { holder: "gone", durationSeconds: 30, acquiredMs: 0, renewedMs: 9e15, transitions: 7 };
    await world.leases.write("release-sophia", wrongClock, undefined);
    const before = world.time.now();
    await world.time.until(lockOf(world).acquire("sophia", "bob"));
    expect(world.time.now() - before).toBe(32_000);
    expect(world.lease?.lease).toMatchObject({ holder: "bob", transitions: 8 });
  });

  it("goes to one of two who want it at the same time", async () => {
    const world = new World();
    const both = [lockOf(world).acquire("sophia", "alice"), lockOf(world).acquire("sophia", "bob")];
    const outcomes = await world.time.until(Promise.allSettled(both));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("outlasts a short loss of the API server", async () => {
    const world = new World();
    const link = unsteady(world);
    const held = await world.time.until(lockOf(world, link.store).acquire("sophia", "alice"));
    link.reachable = false;
    await passing(world, 15);
    link.reachable = true;
    await passing(world, 30);
    expect(held.lost.aborted).toBe(false);
  });

  it("is given up by a holder that cannot renew it, before others may take it", async () => {
    const world = new World();
    const link = unsteady(world);
    const held = await world.time.until(lockOf(world, link.store).acquire("sophia", "alice"));
    link.reachable = false;
    await passing(world, 24);
    expect(held.lost.aborted).toBe(true);
  });

  it("is lost at once when somebody else holds it, and not given back in their name", async () => {
    const world = new World();
    const held = await world.time.until(lockOf(world).acquire("sophia", "alice"));
    const theirs = { holder: "bob", durationSeconds: 30, acquiredMs: 0, renewedMs: 0, transitions: 9 };
    await world.leases.write("release-sophia", theirs, world.lease?.version);
    await passing(world, 5);
    expect(held.lost.aborted).toBe(true);
    await world.time.until(held.release());
    expect(world.lease?.lease.holder).toBe("bob");
  });
});
