import { canonicalFiles, documentStream } from "../../../model/render/canonical.ts";
import { fingerprints } from "../../../model/render/fingerprint.ts";
import { renderSelection } from "../../../model/render/selection.ts";
import { renderStack } from "../../../model/render/stack.ts";
import type { ResolvedStack } from "../../../model/resolve/resolved.ts";
import { secretsOf } from "../../../model/resolve/secrets-of.ts";
import { evaluate } from "../../../policy/evaluate.ts";
import { describeObject } from "../../../policy/kubernetes-object.ts";
import { ExitCode } from "../exit-code.ts";
import { fingerprintKey } from "../fingerprint-key.ts";
import { formatRuleReport, ruleExitCode, today, type RuleReport } from "../rule-report.ts";
import { loadStack, selectionOf, storedSecrets } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";
import { writeFolder } from "../write-folder.ts";

/** What `fleet render` is asked for. */
export interface RenderArguments {
  readonly stack: string;
  readonly json: boolean;
  /** Only these services and what they need. Default, empty: all. */
  readonly only: readonly string[];
  /** Folder for one file an object. Left out: all of them go to stdout. */
  readonly out?: string;
  /** Judge the objects by the rules and by Kubernetes' schemas, and print the verdict instead of them. */
  readonly check: boolean;
}

/** Prints every object of a stack as canonical YAML. Needs neither a cluster nor the engine, and shows no secret. */
export function render(args: RenderArguments, terminal: Terminal): ExitCode {
  const { file, resolved } = loadStack(args.stack, { assumeSecrets: true });
  if (args.check) return check(args, resolved, terminal);
  const selection = selectionOf(resolved, args.only);
  const secrets = secretsOf(resolved);
  const configured = storedSecrets(file);
  const objects = renderSelection(resolved, selection);
  const replace = fingerprints({ images: resolved.images, secrets, configured, key: fingerprintKey(args.stack) });
  const files = canonicalFiles(objects, replace);

  const missing = secretsOf(selection).filter(
    ({ key, source }) => source.from === "config" && configured[key] === undefined,
  );
  if (missing.length > 0) {
    terminal.note(`! The stack file does not hold ${missing.map(({ key }) => key).join(", ")}: it cannot come up yet.`);
  }
  const unpinned = Object.keys(selection.images).filter((key) => selection.images[key]?.kind === "unpinned");
  if (unpinned.length > 0) {
    terminal.note(`! The stack file pins no image ${unpinned.join(", ")}: it cannot come up yet (fleet images pin).`);
  }
  if (args.out !== undefined) {
    writeFolder(
      args.out,
      files.map(({ path, yaml }) => ({ path, text: yaml })),
    );
    terminal.note(`${files.length} objects of ${args.stack} in ${args.out}`);
  } else if (args.json) {
    const named = files.map(({ path, yaml }, index) => ({ path, name: objects[index]?.logicalName, yaml }));
    terminal.result(JSON.stringify(named, null, 2));
  } else {
    terminal.result(documentStream(files).trimEnd());
  }
  return ExitCode.ok;
}

/** Judges the whole stack, since objects have to fit together, and tells what concerns the selection. */
function check(args: RenderArguments, resolved: ResolvedStack, terminal: Terminal): ExitCode {
  const objects = renderStack(resolved).map(({ object }) => object);
  const selected = new Set(
    renderSelection(resolved, selectionOf(resolved, args.only)).map(({ object }) => describeObject(object)),
  );
  const violations = evaluate(objects, { stack: args.stack, today: today() });
  const report: RuleReport = {
    subject: `${args.stack} as rendered`,
    objects: selected.size,
    violations: violations.filter(({ object }) => selected.has(object)),
  };
  terminal.result(args.json ? JSON.stringify(report, null, 2) : formatRuleReport(report, { color: terminal.color }));
  return ruleExitCode(report);
}
