import { isDeepStrictEqual } from "node:util";
import {
  isMap,
  isSecret,
  isUnknown,
  revealed,
  secret,
  UNKNOWN,
  withSecretsOf,
  type PropertyMap,
  type PropertyValue,
} from "../protocol/values.ts";
import { mapAt, omit, textAt, type KubeObject } from "./object.ts";
import { isSameQuantity } from "./quantity.ts";

function isSecretObject(object: PropertyMap): boolean {
  return textAt(object, "kind") === "Secret" && textAt(object, "apiVersion") === "v1";
}

/** A `Secret`'s data, marked secret whether the program did so or not. */
export function withSecretData(object: PropertyMap): PropertyMap {
  if (!isSecretObject(object)) return object;
  const marked = { ...object };
  for (const key of ["data", "stringData"]) if (marked[key] !== undefined) marked[key] = secret(marked[key]);
  return marked;
}

/**
 * A `Secret` as the server keeps it: `stringData` in base64 among `data`, which is how the official provider records it
 * too. Values that are not known yet stay so.
 */
export function withEncodedData(object: PropertyMap): PropertyMap {
  if (!isSecretObject(object) || object["stringData"] === undefined) return object;
  const texts = revealed(object["stringData"]);
  const data = revealed(object["data"] ?? {});
  if (!isMap(texts) || !isMap(data)) return object;
  const encoded = Object.entries(texts).map(([key, value]) => [
    key,
    typeof value === "string" && !isUnknown(value) ? Buffer.from(value).toString("base64") : value,
  ]);
  return { ...omit(object, "stringData"), data: { ...data, ...(Object.fromEntries(encoded) as PropertyMap) } };
}

/** What is recorded of an object: its live state, with the inputs and the field manager beside it. */
export function checkpoint(inputs: PropertyMap, live: KubeObject, fieldManager: string): PropertyMap {
  const state = withUnderscores(withSecretData(withSecretsOf(withoutManagedFields(live), inputs)));
  return {
    ...(isMap(state) ? state : {}),
    __inputs: inputs,
    __initialApiVersion: textAt(live, "apiVersion"),
    __fieldManager: fieldManager,
  };
}

/** The object to apply: the inputs without secret marks, under the field names that Kubernetes has. */
export function toKubernetes(inputs: PropertyMap): KubeObject {
  const object = withDashes(revealed(inputs));
  return isMap(object) ? object : {};
}

/** A dry run's answer as the program may read it: what only the real run decides is not known yet. */
export function previewed(live: KubeObject): KubeObject {
  const metadata = mapAt(live, "metadata");
  const decidedLater = Object.fromEntries(
    ["uid", "creationTimestamp", "resourceVersion"].flatMap((key) => (key in metadata ? [[key, UNKNOWN]] : [])),
  );
  return { ...live, metadata: { ...metadata, ...decidedLater }, ...("status" in live ? { status: UNKNOWN } : {}) };
}

/**
 * The inputs that a live object corresponds to: every field that the old inputs have, with its live value.
 *
 * Where the two mean the same (`1000m` and `1`) the old spelling stays, so that a refresh shows drift and nothing else.
 */
export function liveInputs(oldInputs: PropertyMap, live: KubeObject): PropertyMap {
  const pruned = prune(oldInputs, withUnderscores(live));
  return isMap(pruned) ? pruned : {};
}

function prune(input: PropertyValue, live: PropertyValue | undefined): PropertyValue | undefined {
  if (live === undefined) return undefined;
  if (isSecret(input)) {
    const plain = revealed(input);
    const value = prune(plain, live);
    return value === undefined ? undefined : isDeepStrictEqual(value, plain) ? input : secret(value);
  }
  if (isMap(input) && isMap(live)) {
    const fields = Object.entries(input).flatMap(([key, value]) => {
      const kept = prune(value, live[key]);
      return kept === undefined ? [] : [[key, kept] as const];
    });
    return Object.fromEntries(fields);
  }
  if (Array.isArray(input) && Array.isArray(live)) {
    return live.map((item, index) => {
      const before = input[index];
      return before === undefined ? item : (prune(before, item) ?? item);
    });
  }
  return isSame(input, live) ? input : live;
}

function isSame(input: PropertyValue, live: PropertyValue): boolean {
  if (isDeepStrictEqual(input, live)) return true;
  const scalar = (value: PropertyValue) => typeof value === "string" || typeof value === "number";
  return scalar(input) && scalar(live) && isSameQuantity(String(input), String(live));
}

function withoutManagedFields(live: KubeObject): KubeObject {
  return { ...live, metadata: omit(mapAt(live, "metadata"), "managedFields") };
}

/** A CustomResourceDefinition's `x-kubernetes-*` fields have underscores in the SDK. */
function withUnderscores(value: PropertyValue): PropertyValue {
  return renamed(value, (key) => (key.startsWith("x-kubernetes-") ? key.replaceAll("-", "_") : key));
}

function withDashes(value: PropertyValue): PropertyValue {
  return renamed(value, (key) => (key.startsWith("x_kubernetes_") ? key.replaceAll("_", "-") : key));
}

function renamed(value: PropertyValue, rename: (key: string) => string): PropertyValue {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}
