/** Plain data as it comes from YAML or a declaration. */
export type PlainObject = Readonly<Record<string, unknown>>;

/**
 * Lays `over` on `base`: objects key by key, everything else whole. `undefined` says nothing and changes nothing.
 *
 * A discriminated union (an object with `kind`) is replaced whole when the kind differs, so that no field of the other
 * kind stays behind.
 */
export function overlay(base: PlainObject, over: PlainObject): PlainObject {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = result[key];
    result[key] =
      isPlainObject(below) && isPlainObject(value) && sameKind(below, value) ? overlay(below, value) : value;
  }
  return result;
}

/** True for an object literal: neither null nor an array. */
export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sameKind(a: PlainObject, b: PlainObject): boolean {
  return b["kind"] === undefined || a["kind"] === b["kind"];
}
