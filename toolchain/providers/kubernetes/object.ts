import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values.ts";

/** A Kubernetes object as JSON. */
export type KubeObject = PropertyMap;

/** The value at a path, or undefined where the path leads nowhere. */
export function at(value: PropertyValue | undefined, ...path: readonly (string | number)[]): PropertyValue | undefined {
  return path.reduce<PropertyValue | undefined>((inner, key) => {
    if (typeof key === "number") return Array.isArray(inner) ? inner[key] : undefined;
    return isMap(inner) ? inner[key] : undefined;
  }, value);
}

export function textAt(value: PropertyValue | undefined, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

export function numberAt(value: PropertyValue | undefined, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

export function mapAt(value: PropertyValue | undefined, ...path: readonly (string | number)[]): PropertyMap {
  const found = at(value, ...path);
  return isMap(found) ? found : {};
}

export function listAt(value: PropertyValue | undefined, ...path: readonly (string | number)[]): PropertyValue[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export const nameOf = (object: KubeObject): string => textAt(object, "metadata", "name");
export const namespaceOf = (object: KubeObject): string => textAt(object, "metadata", "namespace");
export const uidOf = (object: KubeObject): string => textAt(object, "metadata", "uid");

/** `namespace/name`, or only the name of what has no namespace: the resource's id, as the official provider has it. */
export function objectId(object: KubeObject): string {
  return namespaceOf(object) === "" ? nameOf(object) : `${namespaceOf(object)}/${nameOf(object)}`;
}

export function parseObjectId(id: string): { readonly namespace: string; readonly name: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { namespace: "", name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** `map` without some of its keys. */
export function omit(map: PropertyMap, ...keys: readonly string[]): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

/** An annotation's value, or an empty string. */
export function annotation(object: KubeObject, key: string): string {
  return textAt(object, "metadata", "annotations", key);
}

/** `apps/v1/Deployment`, `v1/Pod`. */
export function kindKey(object: KubeObject): string {
  return `${textAt(object, "apiVersion")}/${textAt(object, "kind")}`;
}

/** A status condition by its type. */
export function condition(object: KubeObject, type: string): PropertyMap | undefined {
  return listAt(object, "status", "conditions")
    .filter(isMap)
    .find((entry) => entry["type"] === type);
}

export function isTrue(entry: PropertyMap | undefined): boolean {
  return entry?.["status"] === "True";
}

/** Whether `owner` controls `object`, by uid. */
export function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return listAt(object, "metadata", "ownerReferences").some((reference) => textAt(reference, "uid") === uidOf(owner));
}
