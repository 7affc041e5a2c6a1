import { execa, ExecaError } from "execa";
import { reported, ToolchainError, type Progress } from "../progress.ts";

/** Questions would hang a run that nobody watches; as root there is nothing to drop privileges for. */
const quiet = ["-q", "-o", "APT::Sandbox::User=root", "-o", "DPkg::Lock::Timeout=300"];

/** Runs apt-get or apt-cache; throws a `ToolchainError` with its last lines when it fails. */
export async function apt(command: "apt-get" | "apt-cache", args: readonly string[], cwd = "/"): Promise<string> {
  try {
    const options = command === "apt-get" ? quiet : [];
    const run = await execa(command, [...options, ...args], {
      cwd,
      env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
    });
    return run.stdout;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const tail = String(error.stderr).split("\n").slice(-8).join("\n");
    throw new ToolchainError(`${command} ${args.join(" ")} failed:\n${tail}`);
  }
}

/** The version that apt would install of each package, from the output of `apt-cache policy`. */
export function candidateVersions(policy: string): Map<string, string> {
  const versions = new Map<string, string>();
  let current = "";
  for (const line of policy.split("\n")) {
    const header = /^([a-z0-9][a-z0-9.+-]*)(?::[a-z0-9]+)?:$/.exec(line);
    if (header?.[1] !== undefined) current = header[1];
    const candidate = /^\s+Candidate: (\S+)$/.exec(line)?.[1];
    if (candidate !== undefined && candidate !== "(none)") versions.set(current, candidate);
  }
  return versions;
}

/** The candidate version of each package; refreshes apt's lists when they do not know one. */
export async function resolveVersions(packages: readonly string[], progress: Progress): Promise<Map<string, string>> {
  const policy = async () => candidateVersions(await apt("apt-cache", ["policy", ...packages]));
  const known = await policy();
  if (packages.every((name) => known.has(name))) return known;
  await updateLists(progress);
  const versions = await policy();
  const missing = packages.filter((name) => !versions.has(name));
  if (missing.length > 0) throw new ToolchainError(`Debian's packages do not offer: ${missing.join(", ")}`);
  return versions;
}

/** Refreshes apt's package lists. */
export async function updateLists(progress: Progress): Promise<void> {
  await reported(progress, "Updating the lists of Debian packages", () => apt("apt-get", ["update"]));
}
