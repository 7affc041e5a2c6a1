import type { Service } from "./services.ts";

/** Renders the files of one service directory for runit (runsv(8)), by relative path; all are scripts. */
export function serviceScripts(service: Service, logDirectory: string): Record<string, string> {
  const waits = (service.startsWhen ?? []).map((condition) => `until ${condition}; do sleep 0.1; done\n`);
  return {
    run: `#!/bin/sh\nexec 2>&1\n${waits.join("")}exec ${service.command.map(quoted).join(" ")}\n`,
    "log/run": `#!/bin/sh\nexec svlogd ${quoted(logDirectory)}\n`,
  };
}

/** svlogd(8): rotate at 5 MB, keep three. */
export const logRotation = "s5000000\nn3\n";

/**
 * The script that becomes the supervisor. It runs in a mount namespace of its own: every mount that kubelet,
 * containerd and dockerd make lives there, and goes with their last process, however that ends.
 */
export function bootScript(input: {
  /** Every cgroup that the supervisor joins; its children follow. */
  readonly cgroups: readonly string[];
  /** Directories mounted over others, for the cluster alone: `[from, onto]`. */
  readonly overlays: readonly (readonly [string, string])[];
  readonly services: string;
}): string {
  return [
    "#!/bin/sh",
    "set -e",
    ...input.cgroups.map((cgroup) => `echo $$ > ${quoted(`${cgroup}/cgroup.procs`)}`),
    "mount --make-rshared /",
    ...input.overlays.map(([from, onto]) => `mount --bind ${quoted(from)} ${quoted(onto)}`),
    `exec runsvdir -P ${quoted(input.services)}`,
    "",
  ].join("\n");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
