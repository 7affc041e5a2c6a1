import microdiff from "microdiff";
import { isDeepStrictEqual } from "node:util";
import type { PlainObject } from "../../model/overlay.ts";
import { comparable } from "./comparable.ts";
import type { SnapshotObject } from "./snapshot.ts";

/** A field that differs: property names and names of list elements, and what stood there before and stands now. */
export interface FieldChange {
  readonly path: readonly string[];
  /** Left out where the field is new. */
  readonly before?: unknown;
  /** Left out where the field is gone. */
  readonly after?: unknown;
}

/** One object that comes, goes or differs. */
export interface ObjectChange {
  readonly path: string;
  readonly change: "added" | "removed" | "changed";
  readonly platform: string;
  readonly owner?: string;
  readonly before?: PlainObject;
  readonly after?: PlainObject;
  /** What differs; empty where the whole object comes or goes. */
  readonly fields: readonly FieldChange[];
}

/** Every object that differs between two renderings, in the order of their paths. */
export function objectChanges(
  before: readonly SnapshotObject[],
  after: readonly SnapshotObject[],
): readonly ObjectChange[] {
  const [old, now] = [byPath(before), byPath(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths.flatMap((path) => change(path, old.get(path), now.get(path)));
}

function byPath(objects: readonly SnapshotObject[]): ReadonlyMap<string, SnapshotObject> {
  return new Map(objects.map((object) => [object.path, object]));
}

function change(
  path: string,
  before: SnapshotObject | undefined,
  after: SnapshotObject | undefined,
): readonly ObjectChange[] {
  const present = after ?? before;
  if (!present) return [];
  const { platform, owner } = present;
  const whose = { path, platform, ...(owner === undefined ? {} : { owner }) };
  if (!before) return [{ ...whose, change: "added", after: present.object, fields: [] }];
  if (!after) return [{ ...whose, change: "removed", before: present.object, fields: [] }];
  if (isDeepStrictEqual(before.object, after.object)) return [];
  const fields = fieldChanges(before.object, after.object);
  return [{ ...whose, change: "changed", before: before.object, after: after.object, fields }];
}

/** What differs between two states of one object. Never empty for objects that differ: order may be all of it. */
export function fieldChanges(before: PlainObject, after: PlainObject): readonly FieldChange[] {
  const differences = microdiff(comparable(before), comparable(after)).map((difference): FieldChange => {
    const path = difference.path.map(String);
    if (difference.type === "CREATE") return { path, after: difference.value as unknown };
    if (difference.type === "REMOVE") return { path, before: difference.oldValue as unknown };
    return { path, before: difference.oldValue as unknown, after: difference.value as unknown };
  });
  return differences.length > 0 || isDeepStrictEqual(before, after) ? differences : [{ path: [] }];
}
