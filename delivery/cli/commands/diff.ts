import { immutableFields } from "../../../toolchain/providers/kubernetes/immutable.ts";
import type { KubeObject } from "../../../toolchain/providers/kubernetes/object.ts";
import { difference, hasChanges, type Difference } from "../../diff/difference.ts";
import type { ImmutableFields } from "../../diff/effects.ts";
import { formatMarkdown } from "../../diff/format-markdown.ts";
import { formatText } from "../../diff/format-text.ts";
import { manifestPatch } from "../../diff/manifest-patch.ts";
import type { Snapshot } from "../../diff/snapshot.ts";
import { checkOutBase } from "../base-snapshot.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError } from "../failure.ts";
import { fingerprintKey } from "../fingerprint-key.ts";
import { stackNames } from "../generated-files.ts";
import { Repository } from "../git.ts";
import { takeSnapshot } from "../snapshot.ts";
import { sourceChanges } from "../source-changes.ts";
import { ROOT } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";
import { writeFolder } from "../write-folder.ts";

/** What `fleet diff` is asked for. */
export interface DiffArguments {
  /** Branch, tag or commit; compared with is where the present branch left it. */
  readonly base: string;
  readonly json: boolean;
  readonly format: "text" | "markdown";
  /** Folder for every form of the result and the whole difference of the manifests. Left out: written nowhere. */
  readonly out?: string;
}

/** Says what the working tree changes in every stack. Needs neither a cluster nor the engine, and shows no secret. */
export async function diff(args: DiffArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  try {
    const { compared, manifests } = await compare(args.base, terminal, signal);
    const files = [
      { path: "diff.json", text: `${JSON.stringify(compared, null, 2)}\n` },
      { path: "diff.md", text: formatMarkdown(compared, { manifests }) },
      { path: "diff.txt", text: `${formatText(compared)}\n` },
      { path: "manifests.diff", text: manifests },
    ];
    if (args.out !== undefined) {
      writeFolder(args.out, files);
      terminal.note(`${files.map(({ path }) => path).join(", ")} in ${args.out}`);
    }
    terminal.result(resultText(args, compared, manifests, terminal.color));
    return hasChanges(compared) ? ExitCode.changes : ExitCode.ok;
  } catch (error) {
    if (signal.aborted) throw new CommandError("Interrupted.", ExitCode.interrupted);
    // Scripts tell "something differs" (2) from "could not be compared" (1), whatever the reason for the latter.
    if (error instanceof CommandError) throw new CommandError(error.message, ExitCode.failed);
    throw error;
  }
}

function resultText({ json, format }: DiffArguments, compared: Difference, manifests: string, color: boolean): string {
  if (json) return JSON.stringify(compared, null, 2);
  return format === "markdown" ? formatMarkdown(compared, { manifests }).trimEnd() : formatText(compared, { color });
}

async function compare(
  reference: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<{ readonly compared: Difference; readonly manifests: string }> {
  const stacks = stackNames();
  // Both sides take the same keys: made here, before two processes could each make their own.
  for (const stack of stacks) fingerprintKey(stack);
  const repository = new Repository(ROOT, signal);
  const base = await repository.base(reference);
  if (!base.commonAncestor) {
    terminal.note(
      `! No common ancestor with ${reference} is known (a shallow clone?): compared with ${reference} itself.`,
    );
  }
  const checkout = await checkOutBase(repository, base, signal);
  try {
    // The base renders in a process of its own meanwhile; what it throws is seen where it is awaited.
    const pending = checkout.render();
    pending.catch(() => undefined);
    const sources = await sourceChanges(repository, base.commit);
    const after = takeSnapshot(stacks, new Date().toISOString().slice(0, 10));
    refuseUnresolved(after);
    const before = await pending;
    return {
      compared: difference(before, after, {
        base: { reference, commit: base.commit },
        sources,
        immutableFields: replacedFields,
      }),
      manifests: [...new Set([...before.stacks, ...after.stacks].map(({ stack }) => stack))]
        .map((stack) => manifestPatch(stack, before, after))
        .join(""),
    };
  } finally {
    await checkout[Symbol.asyncDispose]();
  }
}

function refuseUnresolved({ stacks }: Snapshot): void {
  const problems = stacks.flatMap((one) => (one.resolved ? [] : [`The stack ${one.stack}: ${one.problem}`]));
  if (problems.length > 0) throw new CommandError(problems.join("\n\n"), ExitCode.failed);
}

// components/deployment.ts lets both kinds of data change in place.
const replacedFields: ImmutableFields = (object) =>
  immutableFields(object as KubeObject, { enableConfigMapMutable: true, enableSecretMutable: true });
