import { createHash, randomBytes } from "node:crypto";
import { isMap, type PropertyMap } from "../protocol/values.ts";
import { annotation, nameOf } from "./object.ts";

const AUTONAMED = "pulumi.com/autonamed";

export function isAutonamed(object: PropertyMap): boolean {
  return annotation(object, AUTONAMED) === "true";
}

/**
 * `news` with a name: its own, else the one that was made up for the old inputs, else `<logical name>-xxxxxxxx`.
 *
 * A made-up name is marked by an annotation, which tells later that the object may be replaced under a new name.
 * Metadata or a name that is not known yet is left as it is.
 */
export function named(news: PropertyMap, olds: PropertyMap, logicalName: string, seed: Uint8Array): PropertyMap {
  const metadata = news["metadata"] ?? {};
  if (!isMap(metadata) || metadata["name"] !== undefined) return news;
  const annotations = metadata["annotations"] ?? {};
  if (!isMap(annotations)) return news;
  const kept = isAutonamed(olds) ? nameOf(olds) : "";
  const name = kept === "" ? `${logicalName}-${suffix(seed, logicalName)}` : kept;
  return { ...news, metadata: { ...metadata, name, annotations: { ...annotations, [AUTONAMED]: "true" } } };
}

/** `object` in `namespace`, unless it names one or its metadata is not known yet. */
export function inNamespace(object: PropertyMap, namespace: string): PropertyMap {
  const metadata = object["metadata"] ?? {};
  if (!isMap(metadata) || metadata["namespace"] !== undefined) return object;
  return { ...object, metadata: { ...metadata, namespace } };
}

/** The engine's seed makes the preview and the update choose the same name. */
function suffix(seed: Uint8Array, logicalName: string): string {
  if (seed.length === 0) return randomBytes(4).toString("hex");
  return createHash("sha256").update(seed).update(logicalName).digest("hex").slice(0, 8);
}
