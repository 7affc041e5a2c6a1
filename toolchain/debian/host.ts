import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { ToolchainError } from "../progress.ts";

/** What decides whether this machine can carry the local cluster. */
export interface HostFacts {
  /** `process.platform`. */
  readonly platform: string;
  /** Effective user id; undefined where the platform has none. */
  readonly user: number | undefined;
  /** `ID` and `ID_LIKE` of /etc/os-release, in order; empty where there is no such file. */
  readonly distributions: readonly string[];
  /** Whether `apt-get` and `dpkg` are on PATH. */
  readonly hasApt: boolean;
}

/** What stands in the way of a local cluster on this machine, one line for each; empty when nothing does. */
export function hostProblems(facts: HostFacts): string[] {
  if (facts.platform !== "linux") return [`it needs Linux, and this is ${facts.platform}`];
  const problems: string[] = [];
  if (facts.user !== 0) problems.push("it needs root: containers, network interfaces and mounts are made");
  if (!facts.distributions.includes("debian")) {
    const found = facts.distributions[0] ?? "a system without /etc/os-release";
    problems.push(`its daemons come from Debian's packages, and this is ${found}`);
  } else if (!facts.hasApt) {
    problems.push("it needs apt-get and dpkg on PATH");
  }
  return problems;
}

/** What to do instead, when this machine cannot carry the local cluster. */
export const bringYourOwnCluster = [
  "Use any cluster of your own instead (kind, k3d, minikube, a remote one): start it, then name its context,",
  "  pulumi config set --path 'fleet:cluster.context' NAME --stack dev",
  "`kubectl config get-contexts` lists the names.",
].join("\n");

/** Throws a `ToolchainError` that names all that is missing, when this machine cannot carry the local cluster. */
export async function requireDebianRoot(): Promise<void> {
  const problems = hostProblems(await readHostFacts());
  if (problems.length === 0) return;
  const list = problems.map((problem) => `  - ${problem}`).join("\n");
  throw new ToolchainError(`The local cluster cannot run on this machine:\n${list}\n${bringYourOwnCluster}`);
}

async function readHostFacts(): Promise<HostFacts> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const apt = await execa("apt-get", ["--version"], { reject: false });
  const dpkg = await execa("dpkg", ["--version"], { reject: false });
  return {
    platform: process.platform,
    user: process.geteuid?.(),
    distributions: distributions(release),
    hasApt: apt.exitCode === 0 && dpkg.exitCode === 0,
  };
}

/** The distribution and those it derives from, as os-release(5) has them: `["ubuntu", "debian"]`. */
export function distributions(osRelease: string): string[] {
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(osRelease)?.[1] ?? "";
  return [value("ID"), ...value("ID_LIKE").split(" ")].filter((name) => name !== "");
}
