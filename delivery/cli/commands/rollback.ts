import type { DriveOptions } from "../../release/driver.ts";
import { ReleaseOpenError, rollBackTo } from "../../release/release.ts";
import { isOpen } from "../../release/state.ts";
import { rollbackTarget, schemaSince, verifiedReleases } from "../../release/verified.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError, invalidInput } from "../failure.ts";
import { prepareCluster } from "../preparation.ts";
import { journalOf } from "../release/ports.ts";
import { platformOf, requireRoute, stackSides } from "../release/resolution.ts";
import type { Terminal } from "../terminal.ts";
import { driven, requestOf, type ReleaseArguments } from "./release.ts";

/** What `fleet rollback` is asked for. */
export interface RollbackArguments extends ReleaseArguments {
  /** The id or version of a verified release. Default: the last one before what serves. */
  readonly to?: string;
  /** Says that the release fits the schema as it is. */
  readonly acceptSchema: boolean;
}

/** Rolls a platform back to a verified release; its schema stays as it is. */
export async function rollback(args: RollbackArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const sides = stackSides(args.stack);
  const platform = platformOf(sides, args.platform);
  requireRoute(platform, args.stack);
  const { cluster } = await prepareCluster(sides.stack, terminal);
  const history = await journalOf(cluster, sides, terminal).history(platform.name);
  const [latest] = history;
  if (latest && isOpen(latest)) throw new CommandError(new ReleaseOpenError(latest).message, ExitCode.invalid);
  const target = rollbackTarget(history, args.to);
  if (!target) {
    const known = verifiedReleases(history).map(({ id, version }) => `${id} (${version})`);
    throw invalidInput([
      {
        path: "--to",
        problem: args.to === undefined ? "no verified release is known before what serves" : "no such verified release",
        ...(args.to === undefined ? {} : { value: args.to }),
        allowed: known.length === 0 ? "a verified release, of which there is none yet" : `one of ${known.join(", ")}`,
        fix: `see fleet release history --platform ${platform.name}`,
      },
    ]);
  }
  const binding = schemaSince(history, target);
  if (binding.length > 0 && !args.acceptSchema) {
    throw invalidInput([
      {
        path: "--accept-schema",
        problem: `${binding.join(", ")} applied since ${target.version}, which it may not run on`,
        allowed: "--accept-schema, to say that it does",
        fix: "find out whether it does; a rollback by hand leaves the schema as it is",
      },
    ]);
  }
  const request = requestOf(platform, {
    version: `back to ${target.version}`,
    interval: 30,
    expandAfterFailure: "keep",
    metrics: "none",
  });
  const work = (options: DriveOptions) =>
    rollBackTo({ ...request, migrations: [], syntheticChecks: [] }, target, options);
  return driven(args, terminal, signal, sides, work, "rolledBack");
}
