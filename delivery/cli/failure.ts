import { formatIssues, type Issue } from "../../model/issue.ts";
import { ToolchainError } from "../../toolchain/progress.ts";
import { ClusterAccessError } from "../cluster-client/access-error.ts";
import { RegistryError } from "../registry/registry-error.ts";
import { ExitCode } from "./exit-code.ts";

/** Ends a command with a message for the user and an exit code; never with a stack trace. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The input has these problems; nothing was changed. */
export function invalidInput(issues: readonly Issue[]): CommandError {
  return new CommandError(formatIssues(issues), ExitCode.invalid);
}

/** How a failure ends the process: its message and exit code. Undefined for a fault of ours, which keeps its trace. */
export function asCommandError(error: unknown): CommandError | undefined {
  if (error instanceof CommandError) return error;
  if (error instanceof ToolchainError) return new CommandError(error.message, ExitCode.machine);
  if (error instanceof RegistryError) return new CommandError(error.message, ExitCode.failed);
  if (error instanceof ClusterAccessError) return new CommandError(error.message, ExitCode.failed);
  return undefined;
}
