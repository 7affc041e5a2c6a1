import { isDeepStrictEqual } from "node:util";
import type { ChangeKind } from "./provider.ts";
import { revealed, type PropertyMap } from "./values.ts";

/**
 * The properties that differ, at the top level only. Whether a value is secret makes no difference.
 *
 * `replaces` says which of them cannot be changed in place.
 */
export function shallowDifference(
  olds: PropertyMap,
  news: PropertyMap,
  replaces: (key: string) => boolean,
): Record<string, ChangeKind> {
  const changes: Record<string, ChangeKind> = {};
  for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    const [before, after] = [olds[key], news[key]];
    if (isDeepStrictEqual(revealed(before ?? null), revealed(after ?? null))) continue;
    const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
    changes[key] = replaces(key) ? `${kind}-replace` : kind;
  }
  return changes;
}
