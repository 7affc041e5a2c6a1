import { linkGraph } from "../../../model/graph/link-graph.ts";
import { isPlainObject, type PlainObject } from "../../../model/overlay.ts";
import { objectPath, renderStack } from "../../../model/render/stack.ts";
import type { ResolvedStack } from "../../../model/resolve/resolved.ts";
import { difference, type ComparisonSources, type StackDifference } from "../../../delivery/diff/difference.ts";
import { SNAPSHOT_FORMAT, type SnapshotObject, type StackSnapshot } from "../../../delivery/diff/snapshot.ts";

/** A snapshot of a stack as it is resolved, judged by no rule. */
export function snapshotFrom(resolved: ResolvedStack, parts: Partial<StackSnapshot> = {}): StackSnapshot {
  const { nodes, edges } = linkGraph(resolved);
  return {
    ...emptyStack(resolved.stack),
    objects: renderStack(resolved).map(({ object, platform, owner }) => ({
      path: `${objectPath(object)}.yaml`,
      platform,
      ...(owner === undefined ? {} : { owner }),
      object: object as PlainObject,
    })),
    nodes: nodes.map(({ id, kind }) => ({ id, kind })),
    edges: [...edges],
    ...parts,
  };
}

/** A stack with nothing in it. */
export function emptyStack(stack: string): StackSnapshot {
  return {
    resolved: true,
    stack,
    objects: [],
    nodes: [],
    edges: [],
    rules: [],
    violations: [],
    images: [],
    migrations: [],
  };
}

/** One object of the service `shop/cart`, unless `whose` says otherwise. */
export function objectOf(object: PlainObject, whose: Partial<SnapshotObject> = {}): SnapshotObject {
  const metadata = isPlainObject(object["metadata"]) ? object["metadata"] : {};
  const name = typeof metadata["name"] === "string" ? metadata["name"] : "cart";
  return { path: `shop/${String(object["kind"])}-${name}.yaml`, platform: "shop", owner: "cart", object, ...whose };
}

/** A Deployment called `cart` whose only container has these fields. */
export function deploymentWith(container: PlainObject, spec: PlainObject = {}): PlainObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "cart", namespace: "shop" },
    spec: { ...spec, template: { spec: { containers: [{ name: "cart", ...container }] } } },
  };
}

export const NO_SOURCES: ComparisonSources = {
  base: { reference: "main", commit: "0123456789abcdef" },
  sources: { declarations: [], settings: [], files: [] },
  immutableFields: () => ["spec.selector", "spec.volumeClaimTemplates"],
};

/** The difference between two states of one stack. */
export function compared(
  before: StackSnapshot,
  after: StackSnapshot,
  sources: Partial<ComparisonSources> = {},
): StackDifference {
  const { stacks } = difference(
    { format: SNAPSHOT_FORMAT, stacks: [before] },
    { format: SNAPSHOT_FORMAT, stacks: [after] },
    { ...NO_SOURCES, ...sources },
  );
  const [only] = stacks;
  if (!only) throw new Error("One stack was compared.");
  return only;
}
