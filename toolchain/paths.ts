import { homedir } from "node:os";
import { join } from "node:path";

/** Where the development machine's files live, all outside the clone. */
export interface MachinePaths {
  /** Builds and downloads, keyed by version; safe to delete, costs time to refill. Default `~/.cache/fleet`. */
  readonly cache: string;
  /** What a run leaves for the next one: Pulumi state, passphrases, kubeconfig. Default `~/.local/state/fleet`. */
  readonly state: string;
}

/**
 * The machine's directories, by the XDG base directory specification.
 *
 * `FLEET_CACHE_DIR` and `FLEET_STATE_DIR` override them (the tests give each story a state directory of its own).
 */
export function machinePaths(environment: NodeJS.ProcessEnv = process.env): MachinePaths {
  return {
    cache: environment["FLEET_CACHE_DIR"] ?? join(environment["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "fleet"),
    state:
      environment["FLEET_STATE_DIR"] ??
      join(environment["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "fleet"),
  };
}
