import { renderAccess } from "../../../model/render/access.ts";
import { canonicalFiles, documentStream } from "../../../model/render/canonical.ts";
import { ExitCode } from "../exit-code.ts";
import { loadStack } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet access` is asked for. */
export interface AccessArguments {
  readonly stack: string;
  readonly json: boolean;
}

/** Prints what a cluster's administrator applies before a stack's deployers can bring it up: docs/access.md. */
export function access(args: AccessArguments, terminal: Terminal): ExitCode {
  const { resolved } = loadStack(args.stack, { assumeSecrets: true });
  const objects = renderAccess(resolved);
  const files = canonicalFiles(
    objects.map((object) => ({ object })),
    ({ kind, key }) => {
      throw new Error(`A cluster-scoped object asks the engine for ${kind} ${key}: an administrator cannot apply it.`);
    },
  );
  terminal.result(args.json ? JSON.stringify(objects, null, 2) : documentStream(files).trimEnd());
  return ExitCode.ok;
}
