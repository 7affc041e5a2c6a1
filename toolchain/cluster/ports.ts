import { execa } from "execa";
import { ToolchainError } from "../progress.ts";
import { nodePorts, ports } from "./layout.ts";

/** A TCP port somebody listens on. */
export interface Listener {
  readonly port: number;
  /** The executable's name; undefined where the kernel or another user's process holds the port. */
  readonly process: string | undefined;
  readonly pid: number | undefined;
}

/** Throws a `ToolchainError` naming each port the cluster needs that a process of somebody else's holds. */
export async function requireFreePorts(): Promise<void> {
  const { stdout } = await execa("ss", ["-H", "-l", "-t", "-n", "-p"]);
  const conflicts = portConflicts(parseListeners(stdout));
  if (conflicts.length === 0) return;
  throw new ToolchainError(
    [
      "The local cluster cannot start: ports it needs are taken.",
      ...conflicts.map((line) => `  - ${line}`),
      "Stop these programs, or use a cluster of your own: pulumi config set --path 'fleet:cluster.context' NAME",
    ].join("\n"),
  );
}

/** Parses `ss -H -l -t -n -p`. */
export function parseListeners(output: string): Listener[] {
  return output
    .split("\n")
    .map((line) => /^LISTEN\s+\d+\s+\d+\s+\S*:(\d+)\s+\S+(?:\s+users:\(\("([^"]+)",pid=(\d+))?/.exec(line))
    .filter((match) => match !== null)
    .map(([, port, name, pid]) => ({
      port: Number(port),
      process: name,
      pid: pid === undefined ? undefined : Number(pid),
    }));
}

/** One line for each needed port that is taken: the port, what for, and by whom. */
export function portConflicts(listeners: readonly Listener[]): string[] {
  const taken = new Map(listeners.map((listener) => [listener.port, listener]));
  const needed = [
    ...Object.entries(ports).map(([purpose, port]) => ({ purpose: words(purpose), port })),
    ...nodePorts.map((port) => ({ purpose: "NodePort", port: port })),
  ];
  return needed.flatMap(({ purpose, port }) => {
    const holder = taken.get(port);
    if (holder === undefined) return [];
    const who =
      holder.process === undefined ? "an unknown process" : `${holder.process} (process ${holder.pid ?? "?"})`;
    return [`port ${port} (${purpose}) is held by ${who}`];
  });
}

function words(camelCase: string): string {
  return camelCase.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
