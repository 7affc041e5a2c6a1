import { processTerminal } from "../../delivery/cli/terminal.ts";
import { resolveEngine } from "../../toolchain/engine/resolve.ts";

/** Gets the engine before the tests' clocks run: on a new machine it is built, which takes minutes. */
export async function setup(): Promise<void> {
  await resolveEngine(processTerminal(false).progress);
}
