import { changesText } from "../../engine/display.ts";
import { selectionTargets, stateOf } from "../../engine/targets.ts";
import { initialRun, observeEngine, type EngineRun } from "../../engine/events.ts";
import { redactedLines } from "../../engine/redacted-lines.ts";
import { secretValues } from "../../engine/secret-values.ts";
import { redactor } from "../../watch/redact.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError } from "../failure.ts";
import { prepareCluster, prepareEngine } from "../preparation.ts";
import { requireVerified } from "../verified.ts";
import { loadStack, POLICY_PACKS, PROJECT, selectionOf } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet preview` is asked for. */
export interface PreviewArguments {
  readonly stack: string;
  readonly json: boolean;
  readonly diff: boolean;
  /** Only these services and what they need. Default, empty: all. */
  readonly only: readonly string[];
  readonly expectNoChanges: boolean;
  /** How much the engine logs to standard error: 0 (nothing) to 9, as the Pulumi CLI's `--logtostderr -v`. */
  readonly verbose: number;
}

/** Shows what `fleet up` would change, in the engine's own words. Builds and changes nothing. */
export async function preview(args: PreviewArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const { file, resolved } = loadStack(args.stack);
  const selection = selectionOf(resolved, args.only);
  const prepared = await prepareCluster(resolved, terminal);
  // A registry on the local cluster answers once that runs.
  await requireVerified(resolved);
  const { stack } = await prepareEngine(file, resolved, prepared, terminal);

  const steps: { operation: string; urn: string; properties: readonly string[] }[] = [];
  const targets =
    args.only.length === 0
      ? []
      : selectionTargets(resolved, selection, { project: PROJECT, state: await stateOf(stack) });
  // At this level the engine logs every value that it is given, the secret ones too.
  const redact = args.verbose === 0 ? (text: string) => text : redactor(await secretValues(stack));
  const output = redactedLines(redact, (text) => process.stdout.write(text));
  const log = redactedLines(redact, (text) => process.stderr.write(text));
  let run: EngineRun = initialRun;
  const result = await stack
    .preview({
      diff: args.diff,
      parallel: 200,
      policyPacks: [...POLICY_PACKS],
      ...(targets.length === 0 ? {} : { target: [...targets] }),
      signal,
      color: terminal.color ? "always" : "never",
      ...(args.verbose === 0
        ? {}
        : {
            logToStdErr: true,
            logVerbosity: args.verbose,
            debug: true,
            onError: log.write,
          }),
      ...(args.json
        ? {}
        : {
            onOutput: output.write,
          }),
      onEvent: (event) => {
        run = observeEngine(run, event, performance.now());
        const metadata = event.resourcePreEvent?.metadata;
        if (metadata && metadata.op !== "same") {
          steps.push({ operation: metadata.op, urn: metadata.urn, properties: metadata.diffs ?? [] });
        }
      },
    })
    .catch((error: unknown) => {
      if (signal.aborted) throw new CommandError("Interrupted.", ExitCode.interrupted);
      const told = run.messages.filter(({ severity }) => severity === "error").map(({ text }) => text);
      throw new CommandError(redact(told.join("\n") || String(error)), ExitCode.failed);
    })
    .finally(() => {
      output.end();
      log.end();
    });

  const changed = Object.entries(result.changeSummary).some(([operation, count]) => operation !== "same" && count > 0);
  if (args.json) terminal.result(JSON.stringify({ changes: result.changeSummary, steps }, null, 2));
  else terminal.note(`${args.stack}: ${changesText(result.changeSummary)}`);
  return changed && args.expectNoChanges ? ExitCode.changes : ExitCode.ok;
}
