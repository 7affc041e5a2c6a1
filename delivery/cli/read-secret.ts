import { text } from "node:stream/consumers";
import password from "@inquirer/password";
import { ExitCode } from "./exit-code.ts";
import { CommandError } from "./failure.ts";

/** Reads a secret from stdin: without an echo where a person types it, whole and without its last newline from a pipe. */
export async function readSecret(prompt: string, signal: AbortSignal): Promise<string> {
  const given = process.stdin.isTTY
    ? await password({ message: prompt }, { signal, output: process.stderr })
    : (await text(process.stdin)).replace(/\r?\n$/, "");
  if (given === "") throw new CommandError("There is no value on stdin; an empty one is no secret.", ExitCode.invalid);
  return given;
}
