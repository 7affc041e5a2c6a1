import { dot, linkGraph, mermaid } from "../../../model/graph/link-graph.ts";
import { ExitCode } from "../exit-code.ts";
import { loadStack, selectionOf } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet graph` is asked for. */
export interface GraphArguments {
  readonly stack: string;
  readonly json: boolean;
  /** Only these services and what they need. Default, empty: all. */
  readonly only: readonly string[];
  readonly format: "mermaid" | "dot";
}

/** Prints who links to whom. */
export function graph(args: GraphArguments, terminal: Terminal): ExitCode {
  const links = linkGraph(selectionOf(loadStack(args.stack).resolved, args.only));
  const text = { mermaid, dot }[args.format];
  terminal.result(args.json ? JSON.stringify(links, null, 2) : text(links));
  return ExitCode.ok;
}
