import { closure, type Graph } from "../../model/graph/graph.ts";
import type { SnapshotEdge } from "./snapshot.ts";

/** Who feels a change of one service or datastore, by the links that lead to it. */
export interface BlastRadius {
  readonly subject: string;
  readonly dependants: readonly Dependant[];
}

export interface Dependant {
  readonly subject: string;
  /** Whether every link on one way to it is required: it does not work while what changed is away. */
  readonly required: boolean;
}

/** Everything that links to a subject, directly or not; what cannot do without it comes first. */
export function blastRadius(subject: string, edges: readonly SnapshotEdge[]): BlastRadius {
  const needs = closure(callers(edges.filter(({ required }) => required)), subject);
  const dependants = [...closure(callers(edges), subject)]
    .filter((caller) => caller !== subject)
    .map((caller) => ({ subject: caller, required: needs.has(caller) }))
    .sort((a, b) => Number(b.required) - Number(a.required) || (a.subject < b.subject ? -1 : 1));
  return { subject, dependants };
}

function callers(edges: readonly SnapshotEdge[]): Graph {
  const graph = new Map<string, string[]>();
  for (const { from, to } of edges) graph.set(to, [...(graph.get(to) ?? []), from]);
  return graph;
}
