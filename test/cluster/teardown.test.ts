import { expect, inject, it } from "vitest";
import { Clone } from "./clone.ts";
import { machineTraces } from "./machine.ts";

// The last story, by the name of its file: it ends the cluster of the others.
it("`fleet down` leaves no process, mount, interface, network namespace or firewall rule behind", async () => {
  const clone = await Clone.create();
  expect((await clone.fleet(["down"])).exitCode).toBe(0);
  expect(await machineTraces()).toEqual(inject("machineBefore"));
});
