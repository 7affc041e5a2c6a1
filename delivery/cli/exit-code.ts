/** What `fleet` exits with. The numbers are an interface: scripts and workflows depend on them (README). */
export const ExitCode = {
  /** Everything asked for is done and healthy. */
  ok: 0,
  /** The work itself failed: the engine, the cluster, a rollout, a mandatory rule. */
  failed: 1,
  /** A preview that was asked to expect no changes found some. */
  changes: 2,
  /** The input is not acceptable; nothing was changed. */
  invalid: 3,
  /** Deployed, but not healthy by the health policy. */
  unhealthy: 4,
  /** The machine lacks something that fleet cannot install: root, Linux, Go. */
  machine: 5,
  /** A release waits for a person: it is paused, or frozen. */
  undecided: 6,
  /** Interrupted (SIGINT), as shells report it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
