/** A directed graph: each node with the nodes it needs. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The nodes of one cycle, the first repeated at the end, or nothing where there is none. */
export function findCycle(graph: Graph): readonly string[] | undefined {
  const finished = new Set<string>();
  // A set keeps the order that nodes came in, and finds one without looking at all of them.
  const path = new Set<string>();

  const visit = (node: string): readonly string[] | undefined => {
    if (finished.has(node)) return undefined;
    if (path.has(node)) return [...[...path].slice([...path].indexOf(node)), node];
    path.add(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.delete(node);
    finished.add(node);
    return undefined;
  };

  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The nodes in waves: each after all that it needs, as early as it can be. The graph must have no cycle. */
export function waves(graph: Graph): readonly (readonly string[])[] {
  const depths = new Map<string, number>();
  const depth = (node: string): number => {
    const known = depths.get(node);
    if (known !== undefined) return known;
    const needs = graph.get(node) ?? [];
    const value = needs.length === 0 ? 0 : 1 + Math.max(...needs.map(depth));
    depths.set(node, value);
    return value;
  };

  const result: string[][] = [];
  for (const node of graph.keys()) (result[depth(node)] ??= []).push(node);
  return result;
}

/** A node and everything it needs, directly or not. */
export function closure(graph: Graph, start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const queue = [start];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    queue.push(...(graph.get(node) ?? []));
  }
  return reached;
}
