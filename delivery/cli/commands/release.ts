import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { declaredMigrations } from "../../../model/declaration/migration.ts";
import type { ResolvedPlatform } from "../../../model/resolve/resolved.ts";
import { catalogue } from "../../../services/catalogue.ts";
import type { DriveOptions } from "../../release/driver.ts";
import { LockLostError } from "../../release/driver.ts";
import { JournalUnreadableError } from "../../release/journal/entry.ts";
import { DEFAULT_PLAN } from "../../release/plan.ts";
import { JournalConflictError, LockHeldError } from "../../release/ports.ts";
import {
  abortRelease,
  NoReleaseError,
  ReleaseOpenError,
  resumeRelease,
  retryRelease,
  startRelease,
  type ReleaseRequest,
} from "../../release/release.ts";
import { reportMarkdown } from "../../release/report/markdown.ts";
import { reportPage } from "../../release/report/page.ts";
import { reportOf } from "../../release/report/report.ts";
import type { ReleaseState } from "../../release/state.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError } from "../failure.ts";
import { Repository } from "../git.ts";
import { prepareCluster, stackFolder } from "../preparation.ts";
import { progressLines } from "../release/progress.ts";
import { journalOf, ownName, realPorts, requireDeployed } from "../release/ports.ts";
import { platformOf, requireRoute, stackSides, type StackSides } from "../release/resolution.ts";
import { historyTable, releaseSummary } from "../release/summary.ts";
import { ROOT } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";
import { requireVerified } from "../verified.ts";

/** What every release command is asked for. */
export interface ReleaseArguments {
  readonly stack: string;
  readonly json: boolean;
  /** Default: the stack's only platform. */
  readonly platform?: string;
}

/** What `fleet release` is asked for on top. */
export interface StartArguments extends ReleaseArguments {
  /** Its name for people. Default: what git calls the commit. */
  readonly name?: string;
  /** Seconds between two looks at the canary. */
  readonly interval: number;
  /** What becomes of applied expand migrations when it fails. */
  readonly expandAfterFailure: "keep" | "revert";
  /** Whether the gateway's counts decide too, or the services' health alone. */
  readonly metrics: "gateway" | "none";
}

/** Releases a platform: build, canary, migration, synthetic checks, rollout, readiness, or the way back. */
export async function release(args: StartArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const sides = stackSides(args.stack);
  const platform = platformOf(sides, args.platform);
  requireRoute(platform, args.stack);
  const version = args.name ?? (await new Repository(ROOT, signal).describe());
  return driven(args, terminal, signal, sides, (options) =>
    startRelease(requestOf(platform, { ...args, version }), options),
  );
}

/** Goes on with the latest release after a crash or a pause. */
export function resume(args: ReleaseArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  return drivenFor(args, terminal, signal, resumeRelease);
}

/** Tries the latest release again from its start. */
export function retry(args: ReleaseArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  return drivenFor(args, terminal, signal, retryRelease);
}

/** Rolls the latest release back, or asks the process that drives it to do so. */
export function abort(args: ReleaseArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  return drivenFor(args, terminal, signal, abortRelease, "rolledBack");
}

/** Where the latest release stands. */
export async function status(args: ReleaseArguments, terminal: Terminal): Promise<ExitCode> {
  const state = (await historyOf(args, terminal))[0];
  if (args.json) terminal.result(JSON.stringify(state ? reportOf(state) : null, null, 2));
  else terminal.result(state ? releaseSummary(state, terminal.color) : "It has never been released.");
  return state ? exitCodeOf(state) : ExitCode.ok;
}

/** The platform's releases, the newest first. */
export async function history(args: ReleaseArguments, terminal: Terminal): Promise<ExitCode> {
  const states = await historyOf(args, terminal);
  terminal.result(args.json ? JSON.stringify(states.map(reportOf), null, 2) : historyTable(states));
  return ExitCode.ok;
}

async function historyOf(args: ReleaseArguments, terminal: Terminal): Promise<readonly ReleaseState[]> {
  const sides = stackSides(args.stack);
  const platform = platformOf(sides, args.platform);
  const { cluster } = await prepareCluster(sides.stack, terminal);
  return asCommandFailure(() => journalOf(cluster, sides, terminal).history(platform.name));
}

function drivenFor(
  args: ReleaseArguments,
  terminal: Terminal,
  signal: AbortSignal,
  work: (platform: string, options: DriveOptions) => Promise<ReleaseState>,
  wanted?: ReleaseState["status"]["kind"],
): Promise<ExitCode> {
  const sides = stackSides(args.stack);
  const { name } = platformOf(sides, args.platform);
  return driven(args, terminal, signal, sides, (options) => work(name, options), wanted);
}

/**
 * Drives a release by real ports, shows how it goes, and leaves its report on this machine.
 *
 * @param wanted the end that was asked for. Default: that every stage has passed.
 */
export async function driven(
  args: ReleaseArguments,
  terminal: Terminal,
  signal: AbortSignal,
  sides: StackSides,
  work: (options: DriveOptions) => Promise<ReleaseState>,
  wanted: ReleaseState["status"]["kind"] = "done",
): Promise<ExitCode> {
  const platform = platformOf(sides, args.platform);
  const prepared = await prepareCluster(sides.stack, terminal);
  await requireVerified(sides.stack);
  await requireDeployed(prepared.cluster, platform, args.stack);
  let shown: ReleaseState | undefined;
  const onState = (state: ReleaseState): void => {
    for (const line of progressLines(shown, state)) terminal.note(line);
    shown = state;
  };
  const ports = realPorts(sides, platform, prepared, terminal);
  const state = await asCommandFailure(() => work({ ports, holder: ownName(), signal, onState }));
  const files = await writeReport(args.stack, state);
  terminal.result(
    args.json
      ? JSON.stringify({ ...reportOf(state), files }, null, 2)
      : `\n${releaseSummary(state, terminal.color)}\nReport: ${files.html}`,
  );
  return state.status.kind === wanted ? ExitCode.ok : exitCodeOf(state);
}

/** What a release's end means for a script. */
export function exitCodeOf({ status: { kind } }: ReleaseState): ExitCode {
  switch (kind) {
    case "done":
    case "running":
    case "rollingBack":
      return ExitCode.ok;
    case "paused":
    case "frozen":
      return ExitCode.undecided;
    case "rolledBack":
    case "failed":
      return ExitCode.failed;
  }
}

/** The request for a release of a platform as it is declared now. */
export function requestOf(
  platform: ResolvedPlatform,
  {
    version,
    interval,
    expandAfterFailure,
    metrics,
  }: Omit<StartArguments, keyof ReleaseArguments | "name"> & { readonly version: string },
): ReleaseRequest {
  const { name, release: settings, migrations } = platform;
  const files = migrations.flatMap((migration) => Object.entries(migration.files));
  return {
    ...DEFAULT_PLAN,
    id: releaseId(),
    platform: name,
    version,
    ...(settings ? { steps: settings.steps } : {}),
    health: { ...DEFAULT_PLAN.health, intervalSeconds: interval },
    analysis: { ...DEFAULT_PLAN.analysis, metrics },
    migrations: declaredMigrations(name, Object.fromEntries(files)).migrations,
    expandAfterFailure,
    syntheticChecks: (catalogue.find((one) => one.name === name)?.syntheticChecks ?? []).map((check) => check.name),
  };
}

/** When it began, and something that no other has: it names objects, so lower case. */
function releaseId(): string {
  const at = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return `${at}-${randomBytes(2).toString("hex")}`;
}

async function writeReport(
  stack: string,
  state: ReleaseState,
): Promise<{ readonly [form in "html" | "markdown" | "json"]: string }> {
  const report = reportOf(state);
  const folder = join(stackFolder(stack), "releases", report.platform);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = (ending: string) => join(folder, `${report.release}.${ending}`);
  const files = { html: file("html"), markdown: file("md"), json: file("json") };
  await writeFile(files.html, reportPage(report));
  await writeFile(files.markdown, reportMarkdown(report));
  await writeFile(files.json, `${JSON.stringify(report, null, 2)}\n`);
  return files;
}

/** A refusal ends the command with its words: nothing was changed, or another process goes on. */
async function asCommandFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LockHeldError || error instanceof ReleaseOpenError || error instanceof NoReleaseError) {
      throw new CommandError(error.message, ExitCode.invalid);
    }
    if (
      error instanceof LockLostError ||
      error instanceof JournalConflictError ||
      error instanceof JournalUnreadableError
    ) {
      throw new CommandError(error.message, ExitCode.failed);
    }
    throw error;
  }
}
