import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closure, findCycle, waves, type Graph } from "../../../model/graph/graph.ts";

const graphOf = (edges: Readonly<Record<string, readonly string[]>>): Graph => new Map(Object.entries(edges));

const count = fc.integer({ min: 1, max: 12 });
const edgesOf = (size: number) =>
  fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 30 }).map((edges) => ({ size, edges }));

function build(size: number, edges: readonly (readonly [number, number])[]): Graph {
  const graph = new Map(Array.from({ length: size }, (_, node): [string, string[]] => [`n${node}`, []]));
  for (const [from, to] of edges) graph.get(`n${from}`)?.push(`n${to}`);
  return graph;
}

const anyGraph = count.chain(edgesOf).map(({ size, edges }) => build(size, edges));
/** Edges go from a higher to a lower number only. */
const acyclic = count.chain(edgesOf).map(({ size, edges }) =>
  build(
    size,
    edges.filter(([from, to]) => from > to),
  ),
);

describe("a cycle", () => {
  it("is told with its path, the first node repeated at the end", () => {
    expect(findCycle(graphOf({ start: ["a"], a: ["b"], b: ["c"], c: ["a"] }))).toEqual(["a", "b", "c", "a"]);
  });

  it("may be one node that needs itself", () => {
    expect(findCycle(graphOf({ a: ["a"] }))).toEqual(["a", "a"]);
  });

  it("is not seen where two ways lead to one node", () => {
    expect(findCycle(graphOf({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] }))).toBeUndefined();
  });

  it("is never found in a graph without one", () => {
    fc.assert(
      fc.property(acyclic, (graph) => {
        expect(findCycle(graph)).toBeUndefined();
      }),
    );
  });

  it("is found exactly when some node can be reached from its own needs, and is made of edges of the graph", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const cycle = findCycle(graph);
        const reachesItself = [...graph].some(([node, needs]) => needs.some((need) => closure(graph, need).has(node)));
        expect(cycle !== undefined).toBe(reachesItself);
        if (!cycle) return;
        expect(cycle.length).toBeGreaterThan(1);
        expect(cycle.at(-1)).toBe(cycle[0]);
        for (const [index, next] of cycle.slice(1).entries()) expect(graph.get(cycle[index] ?? "")).toContain(next);
      }),
    );
  });
});

describe("waves", () => {
  it("put each node right after the last of what it needs", () => {
    expect(waves(graphOf({ page: ["crm", "identity"], crm: ["identity"], identity: [], worker: [] }))).toEqual([
      ["identity", "worker"],
      ["crm"],
      ["page"],
    ]);
  });

  it("hold every node once, after all it needs and as early as possible", () => {
    fc.assert(
      fc.property(acyclic, (graph) => {
        const result = waves(graph);
        expect(result.flat().sort()).toEqual([...graph.keys()].sort());
        const waveOf = new Map(result.flatMap((wave, index) => wave.map((node) => [node, index] as const)));
        for (const [node, needs] of graph) {
          const latest = Math.max(-1, ...needs.map((need) => waveOf.get(need) ?? Number.NaN));
          expect(waveOf.get(node)).toBe(latest + 1);
        }
      }),
    );
  });
});

describe("the closure of a node", () => {
  it("is the node and all it needs, directly or not, and nothing else", () => {
    const graph = graphOf({ page: ["crm"], crm: ["identity"], identity: [], worker: ["identity"] });
    expect([...closure(graph, "page")].sort()).toEqual(["crm", "identity", "page"]);
  });

  it("ends where a cycle would lead round and round", () => {
    expect([...closure(graphOf({ a: ["b"], b: ["a"] }), "a")].sort()).toEqual(["a", "b"]);
  });

  it("holds itself, the needs of each member, and no member that nobody in it needs", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const reached = closure(graph, "n0");
        expect(reached.has("n0")).toBe(true);
        const needed = new Set(["n0", ...[...reached].flatMap((node) => graph.get(node) ?? [])]);
        expect([...reached].sort()).toEqual([...needed].sort());
      }),
    );
  });
});
