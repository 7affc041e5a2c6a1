import { placeholdersIn } from "../model/placeholder.ts";
import type { Path } from "./rule.ts";

/**
 * Stands for a value that the engine does not know yet: in the preview of a first update, an image's digest is one.
 *
 * Private-use characters, as in model/placeholder.ts: no real value has them.
 */
export const UNKNOWN = "\u{E000}unknown\u{E001}";

/**
 * Whether the value at `path`, or anything on the way there, is still the engine's to fill in: unknown, or a placeholder
 * of a rendered object. Nothing can be said against a value that nobody has seen.
 */
export function isUnsettled(object: unknown, path: Path): boolean {
  let value = object;
  for (const part of path) {
    if (value === UNKNOWN) return true;
    if (typeof value !== "object" || value === null) return false;
    value = (value as Readonly<Record<string | number, unknown>>)[part];
  }
  return value === UNKNOWN || (typeof value === "string" && placeholdersIn(value).length > 0);
}
