import { join } from "node:path";
import { execa } from "execa";
import type { TestProject } from "vitest/node";
import { forgetWhatCommandsPrinted } from "./clone.ts";
import { buildGateway } from "../../toolchain/cluster/gateway.ts";
import { machineTraces, type MachineTraces } from "./machine.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The machine before the first story: its cluster is stopped. */
    readonly machineBefore: MachineTraces;
  }
}

/**
 * Leaves a machine with a local cluster that is built, stopped and empty.
 *
 * On a new machine Kubernetes and the gateway are built, which takes minutes: not on the clock of a story.
 */
export async function setup(project: TestProject): Promise<void> {
  await forgetWhatCommandsPrinted();
  await buildGateway(() => undefined);
  await fleet(["cluster", "start"]);
  await fleet(["down"]);
  project.provide("machineBefore", await machineTraces());
}

async function fleet(args: readonly string[]): Promise<void> {
  const entry = join(import.meta.dirname, "..", "..", "bin", "fleet.js");
  await execa("node", [entry, ...args], { stdout: "ignore", stderr: "inherit" });
}
