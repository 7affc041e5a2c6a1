import { isPlainObject, type PlainObject } from "../../model/overlay.ts";

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

/** A secret in a recorded input. It is compared, and never shown. */
export class SecretValue {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

// Pulumi: resource property signatures.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

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

/** Every text that the state holds as a secret, to be masked wherever else it turns up. */
export function secretTexts(value: unknown): readonly string[] {
  if (value instanceof SecretValue) return textsIn(value.value);
  if (Array.isArray(value)) return (value as readonly unknown[]).flatMap(secretTexts);
  return isPlainObject(value) ? Object.values(value).flatMap(secretTexts) : [];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value, Buffer.from(value, "base64").toString("utf8")];
  if (Array.isArray(value)) return (value as readonly unknown[]).flatMap(textsIn);
  return isPlainObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (!isPlainObject(value)) return value;
  if (value[SIGNATURE] === SECRET) {
    const { plaintext } = value;
    return new SecretValue(typeof plaintext === "string" ? (JSON.parse(plaintext) as unknown) : undefined);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrapped(item)]));
}
