import { execa } from "execa";

/** What importing the Pulumi SDK takes on the machine that the budgets are meant for (2 cores, Node 20), in seconds. */
const REFERENCE_SECONDS = 0.6;

/**
 * How many times slower this machine is at this moment than the one that the budgets are meant for: 1 or more.
 *
 * The median of three imports of the SDK, each in a process of its own, which is what most of an update's time goes into.
 */
export async function machineSlowness(): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const program = 'const t = performance.now(); require("@pulumi/pulumi"); console.log(performance.now() - t)';
    times.push(Number((await execa("node", ["-e", program], { cwd: import.meta.dirname })).stdout) / 1000);
  }
  return Math.max(1, (times.sort((a, b) => a - b)[1] ?? 0) / REFERENCE_SECONDS);
}
