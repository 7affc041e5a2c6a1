import { ExitCode } from "../exit-code.ts";
import { stackNames } from "../generated-files.ts";
import { takeSnapshot } from "../snapshot.ts";
import type { Terminal } from "../terminal.ts";

/** Prints all that `fleet diff` compares, of every stack, as JSON. It shows no secret. */
export function snapshot(terminal: Terminal): ExitCode {
  terminal.result(JSON.stringify(takeSnapshot(stackNames(), new Date().toISOString().slice(0, 10))));
  return ExitCode.ok;
}
