import { join } from "node:path";
import { execa } from "execa";

/** Starts the local cluster before the stories' clocks run: on a new machine Kubernetes is built, which takes minutes. */
export async function setup(): Promise<void> {
  const fleet = join(import.meta.dirname, "..", "..", "bin", "fleet.js");
  await execa("node", [fleet, "cluster", "start"], { stdout: "ignore", stderr: "inherit" });
}
