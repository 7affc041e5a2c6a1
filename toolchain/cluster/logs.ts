import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ToolchainError } from "../progress.ts";
import { clusterLayout, clusterPaths } from "./layout.ts";
import { clusterServices } from "./services.ts";

/** The last lines that a process of the cluster wrote. Throws `ToolchainError` for a name that is none. */
export async function clusterLogs(process: string, lines: number): Promise<string> {
  const names = clusterServices(clusterLayout).map((service) => service.name);
  if (!names.includes(process))
    throw new ToolchainError(`The local cluster has no process "${process}". It has: ${names.join(", ")}.`);
  const log = join(clusterPaths(clusterLayout).logs, process, "current");
  const content = await readFile(log, "utf8").catch(() => "");
  return lastLines(content, lines);
}

/** The last `count` lines of a text. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
