import { isDeepStrictEqual } from "node:util";
import { quantityToScalar } from "@kubernetes/client-node/dist/util.js";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { itemWith, type Step } from "./path.ts";
import { SecretValue } from "../engine/secret-values.ts";

/** A field whose live value is not what the state says. */
export interface FieldDifference {
  readonly path: readonly Step[];
  /** Undefined where the state has nothing there. */
  readonly expected: unknown;
  /** Undefined where nothing is there any more. */
  readonly found: unknown;
  /** True where neither value may be shown. */
  readonly secret: boolean;
}

/**
 * The fields that the engine set and that are no longer as it set them. What it never set is the server's default or
 * somebody else's, and not looked at.
 */
export function changedFields(inputs: PlainObject, live: PlainObject): readonly FieldDifference[] {
  return differences(inputs, live, [], inputs["kind"] === "Secret");
}

function differences(
  expected: unknown,
  found: unknown,
  path: readonly Step[],
  secret: boolean,
): readonly FieldDifference[] {
  if (expected instanceof SecretValue) return differences(expected.value, found, path, true);
  if (isPlainObject(expected) && isPlainObject(found)) {
    return Object.entries(expected).flatMap(([key, value]) =>
      // The providers' own notes among the inputs.
      path.length === 0 && key.startsWith("__")
        ? []
        : differences(value, found[key], [...path, key], secret && isSecretField([...path, key])),
    );
  }
  if (Array.isArray(expected) && Array.isArray(found)) return listDifferences(expected, found, path, secret);
  return isSame(expected, found, path) ? [] : [{ path, expected, found, secret }];
}

// A Secret's name, labels and type are no secret.
const PUBLIC_FIELDS: ReadonlySet<Step | undefined> = new Set(["apiVersion", "kind", "metadata", "type"]);

function isSecretField(path: readonly Step[]): boolean {
  return !PUBLIC_FIELDS.has(path[0]);
}

function listDifferences(
  expected: readonly unknown[],
  found: readonly unknown[],
  path: readonly Step[],
  secret: boolean,
): readonly FieldDifference[] {
  if (expected.every(isNamed) && found.every(isNamed)) {
    // Others may add items to such a list; what was added by hand shows in the managed fields.
    return expected.flatMap((item) => {
      const keys = { name: item["name"] };
      return differences(item, itemWith(found, keys), [...path, { keys }], secret);
    });
  }
  if (expected.length !== found.length) return [{ path, expected, found, secret }];
  return expected.flatMap((item, index) => differences(item, found[index], [...path, index], secret));
}

function isNamed(item: unknown): item is PlainObject {
  return isPlainObject(item) && typeof item["name"] === "string";
}

function isSame(expected: unknown, found: unknown, path: readonly Step[]): boolean {
  if (isDeepStrictEqual(expected, found)) return true;
  // The server leaves out what is empty (Go: omitempty).
  if (found === undefined) return isEmpty(expected);
  return path.some((step) => AMOUNTS.has(step)) && amount(expected) !== undefined && amount(expected) === amount(found);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPlainObject(value) && !(value instanceof SecretValue) && Object.values(value).every(isEmpty);
}

/** Places in the API that hold a `resource.Quantity`, which the server may spell in another way. */
const AMOUNTS: ReadonlySet<Step> = new Set(["requests", "limits", "sizeLimit", "capacity", "storage"]);

function amount(value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  try {
    return Number(quantityToScalar(String(value)));
  } catch {
    return undefined;
  }
}
