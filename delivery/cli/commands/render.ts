import { canonicalFiles, documentStream } from "../../../model/render/canonical.ts";
import { fingerprints } from "../../../model/render/fingerprint.ts";
import { renderSelection } from "../../../model/render/selection.ts";
import { secretsOf } from "../../../model/resolve/secrets-of.ts";
import { ExitCode } from "../exit-code.ts";
import { fingerprintKey } from "../fingerprint-key.ts";
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
}

/** Prints every object of a stack as canonical YAML. Needs neither a cluster nor the engine, and shows no secret. */
export function render(args: RenderArguments, terminal: Terminal): ExitCode {
  const { file, resolved } = loadStack(args.stack, { assumeSecrets: true });
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
  if (args.out !== undefined) {
    writeFolder(args.out, files);
    terminal.note(`${files.length} objects of ${args.stack} in ${args.out}`);
  } else if (args.json) {
    const named = files.map(({ path, yaml }, index) => ({ path, name: objects[index]?.logicalName, yaml }));
    terminal.result(JSON.stringify(named, null, 2));
  } else {
    terminal.result(documentStream(files).trimEnd());
  }
  return ExitCode.ok;
}
