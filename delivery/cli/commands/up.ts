import { createColors } from "picocolors";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { registryPassword } from "../../engine/configure-secret.ts";
import { changesText, stepLine, waitingLines } from "../../engine/display.ts";
import type { EngineRun } from "../../engine/events.ts";
import { reportedImages } from "../../engine/outputs.ts";
import { selectionTargets, stateOf } from "../../engine/targets.ts";
import { update, type UpdateOutcome } from "../../engine/update.ts";
import type { HealthReport } from "../../health/report.ts";
import type { ResolvedStack } from "../../../model/resolve/resolved.ts";
import { formatHealthTable } from "../../health/table.ts";
import { tagImages } from "../../images/tag-images.ts";
import { formatDossier } from "../../watch/format-dossier.ts";
import { ExitCode } from "../exit-code.ts";
import { addresses, checkHealth, healthExitCode } from "../health-report.ts";
import { prepareCluster, prepareEngine } from "../preparation.ts";
import { requireVerified } from "../verified.ts";
import { loadStack, POLICY_PACKS, PROJECT, ROOT, selectionOf } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet up` is asked for. */
export interface UpArguments {
  readonly stack: string;
  readonly json: boolean;
  readonly interval: number;
  /** Only these services and what they need. Default, empty: all. */
  readonly only: readonly string[];
}

/** What `fleet up --json` prints for an update that went through. */
export interface UpResult {
  readonly outcome: "updated";
  /** How many resources were created, updated, left the same …, by the engine's words. */
  readonly changes: Readonly<Partial<Record<string, number>>>;
  readonly seconds: {
    /** Everything, cluster and engine included. */
    readonly total: number;
    /** From the engine's start to the health report. */
    readonly program: number;
  };
  readonly health: HealthReport;
  /** Datastores that the stack does not deploy, and why. */
  readonly absent: ResolvedStack["absent"];
}

// A person waiting wants to know what is going on about this often, in milliseconds.
const WAITING_NOTE_INTERVAL = 10_000;
const WAITING_LINES = 5;

/** Brings a stack up: cluster, engine, update, health report. */
export async function up(args: UpArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const started = performance.now();
  const { file, resolved } = loadStack(args.stack);
  const selection = selectionOf(resolved, args.only);
  const prepared = await prepareCluster(resolved, terminal);
  // A registry on the local cluster answers once that runs.
  await requireVerified(resolved);
  const { stack } = await prepareEngine(file, resolved, prepared, terminal);

  const engineStarted = performance.now();
  const targets =
    args.only.length === 0
      ? []
      : selectionTargets(resolved, selection, { project: PROJECT, state: await stateOf(stack) });
  terminal.note(`… Updating stack ${args.stack}`);
  const display = liveDisplay(terminal);
  const outcome = await update({
    stack,
    resolved,
    cluster: prepared.cluster,
    // On the local cluster the pack is left to `preview` and `make test`: it would cost a third of an update's time.
    policyPacks: resolved.cluster.local ? [] : POLICY_PACKS,
    targets,
    onRun: display.onRun,
    onNotice: terminal.note,
    signal,
  }).finally(display.end);
  if (outcome.kind !== "updated") {
    reportFailure(outcome, args, terminal);
    return outcome.kind === "interrupted" ? ExitCode.interrupted : ExitCode.failed;
  }

  await tagBuilt(stack, resolved, terminal, signal);
  const report = await checkHealth(selection, prepared.cluster, { interval: args.interval }, signal);
  const seconds = { total: secondsSince(started), program: secondsSince(engineStarted) };
  if (args.json) {
    const result: UpResult = {
      outcome: "updated",
      changes: outcome.changes ?? {},
      seconds,
      health: report,
      absent: selection.absent,
    };
    terminal.result(JSON.stringify(result, null, 2));
  } else {
    terminal.result(summary(report, outcome.changes ?? {}, seconds, selection, terminal));
  }
  return healthExitCode(report);
}

async function tagBuilt(
  stack: Stack,
  { images, registry: { username } }: ResolvedStack,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (!Object.values(images).some(({ kind }) => kind === "build")) return;
  const built = await reportedImages(stack);
  const account = username === undefined ? undefined : { username, password: await registryPassword(stack) };
  const problems = await tagImages({ images, built, root: ROOT, signal, ...(account ? { account } : {}) });
  for (const problem of problems) terminal.note(`! No tags by commit and branch for ${problem}`);
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 100) / 10;
}

function summary(
  report: HealthReport,
  changes: Readonly<Partial<Record<string, number>>>,
  seconds: { readonly total: number; readonly program: number },
  selection: ResolvedStack,
  terminal: Terminal,
): string {
  const { bold, dim } = createColors(terminal.color);
  return [
    "",
    formatHealthTable(report, { color: terminal.color }),
    "",
    `${bold(changesText(changes))} ${dim(`in ${seconds.program} s; ${seconds.total} s with cluster and engine`)}`,
    ...addresses(selection).map((address) => `  ${address}`),
    ...selection.absent.map(
      ({ platform, datastore, reason }) => `  Not deployed: ${platform}/${datastore} (${reason})`,
    ),
    ...selection.platforms.flatMap(({ name, absentGateway }) =>
      absentGateway ? [`  Not deployed: ${name}/${absentGateway.name} (${absentGateway.reason})`] : [],
    ),
  ].join("\n");
}

function reportFailure(
  outcome: Exclude<UpdateOutcome, { kind: "updated" }>,
  args: UpArguments,
  terminal: Terminal,
): void {
  if (args.json) {
    const told = {
      outcome: outcome.kind,
      ...(outcome.kind === "rolloutFailed" ? { dossiers: outcome.dossiers } : {}),
      ...(outcome.kind === "engineFailed" ? { reason: outcome.reason } : {}),
    };
    terminal.result(JSON.stringify(told, null, 2));
    return;
  }
  switch (outcome.kind) {
    case "rolloutFailed":
      for (const dossier of outcome.dossiers) terminal.result(formatDossier(dossier, { color: terminal.color }));
      terminal.result("\nThe update was stopped. What ran before still runs; mend the cause and type `make up` again.");
      return;
    case "engineFailed":
      terminal.result(`The update failed:\n${outcome.reason}`);
      return;
    case "interrupted":
      terminal.result("Interrupted. The engine kept its state: `make up` goes on from here.");
      return;
  }
}

/** Prints each finished step once, and now and then what is being waited for. */
export function liveDisplay(terminal: Terminal): {
  readonly onRun: (run: EngineRun) => void;
  readonly end: () => void;
} {
  let shown = { steps: 0, messages: 0 };
  let latest: EngineRun | undefined;
  const onRun = (run: EngineRun): void => {
    latest = run;
    for (const step of run.steps.slice(shown.steps)) {
      const line = stepLine(step, terminal.color);
      if (line !== undefined) terminal.note(line);
    }
    for (const { severity, name, text } of run.messages.slice(shown.messages)) {
      if (severity === "warning") terminal.note(name === "" ? `! ${text}` : `! ${name}: ${text}`);
    }
    shown = { steps: run.steps.length, messages: run.messages.length };
  };
  const timer = setInterval(() => {
    if (latest) for (const line of waitingLines(latest, performance.now(), WAITING_LINES)) terminal.note(line);
  }, WAITING_NOTE_INTERVAL);
  return {
    onRun,
    end: () => {
      clearInterval(timer);
    },
  };
}
