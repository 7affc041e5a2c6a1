import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { unwrapped } from "../engine/secret-values.ts";

/** A Kubernetes object as the engine's state has it. */
export interface RecordedObject {
  /** The Pulumi name of its resource: `bizosaas-crm-deployment`. */
  readonly resource: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** What the program gave for it. Secrets are wrapped as {@link SecretValue}. */
  readonly inputs: PlainObject;
}

/** The Kubernetes objects in an exported deployment (`pulumi stack export --show-secrets`). */
export function recordedObjects(deployment: unknown): readonly RecordedObject[] {
  const resources = isPlainObject(deployment) ? deployment["resources"] : undefined;
  if (!Array.isArray(resources)) return [];
  return (resources as readonly unknown[]).flatMap((resource): RecordedObject[] => {
    // One that waits for its deletion is there twice; one that is only read is not the engine's.
    if (!isPlainObject(resource) || resource["delete"] === true || resource["external"] === true) return [];
    const { type, urn, id } = resource;
    if (typeof type !== "string" || !type.startsWith("kubernetes:") || typeof urn !== "string") return [];
    const inputs = unwrapped(resource["inputs"]);
    if (!isPlainObject(inputs) || typeof id !== "string") return [];
    const { apiVersion, kind } = inputs;
    if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
    const [namespace, name = ""] = id.includes("/") ? id.split("/") : [undefined, id];
    return [
      {
        resource: urn.split("::").at(-1) ?? urn,
        apiVersion,
        kind,
        ...(namespace === undefined ? {} : { namespace }),
        name,
        inputs,
      },
    ];
  });
}
