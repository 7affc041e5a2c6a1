import { changesText } from "../../engine/display.ts";
import { selectionTargets, stateOf } from "../../engine/targets.ts";
import { initialRun, observeEngine, type EngineRun } from "../../engine/events.ts";
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
  let run: EngineRun = initialRun;
  const result = await stack
    .preview({
      diff: args.diff,
      parallel: 200,
      policyPacks: [...POLICY_PACKS],
      ...(targets.length === 0 ? {} : { target: [...targets] }),
      signal,
      color: terminal.color ? "always" : "never",
      ...(args.json
        ? {}
        : {
            onOutput: (text: string) => {
              process.stdout.write(text);
            },
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
      throw new CommandError(told.join("\n") || String(error), ExitCode.failed);
    });

  const changed = Object.entries(result.changeSummary).some(([operation, count]) => operation !== "same" && count > 0);
  if (args.json) terminal.result(JSON.stringify({ changes: result.changeSummary, steps }, null, 2));
  else terminal.note(`${args.stack}: ${changesText(result.changeSummary)}`);
  return changed && args.expectNoChanges ? ExitCode.changes : ExitCode.ok;
}
