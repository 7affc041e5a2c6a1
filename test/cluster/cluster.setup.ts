import { join } from "node:path";
import { execa } from "execa";
import type { TestProject } from "vitest/node";
import { machineSlowness } from "../machine-speed.ts";
import { machineTraces, type MachineTraces } from "./machine.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The machine before the first story: its cluster is stopped. */
    readonly machineBefore: MachineTraces;
    /** What budgets in seconds are multiplied by: 1 on the machine that they are meant for. */
    readonly slowness: number;
  }
}

/**
 * Leaves a machine with a local cluster that is built, stopped and empty.
 *
 * On a new machine Kubernetes is built, which takes minutes: not on the clock of a story.
 */
export async function setup(project: TestProject): Promise<void> {
  await fleet(["cluster", "start"]);
  await fleet(["down"]);
  project.provide("machineBefore", await machineTraces());
  const slowness = await machineSlowness();
  project.provide("slowness", slowness);
  if (slowness > 1)
    console.log(`  this machine: ${slowness.toFixed(2)} × the time of the one that the budgets are for`);
}

async function fleet(args: readonly string[]): Promise<void> {
  const entry = join(import.meta.dirname, "..", "..", "bin", "fleet.js");
  await execa("node", [entry, ...args], { stdout: "ignore", stderr: "inherit" });
}
