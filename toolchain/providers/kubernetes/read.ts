import { InitializationFailed } from "../protocol/provider.ts";
import type { ResourceIdentity } from "../protocol/provider.ts";
import { withSecretsOf, type PropertyMap } from "../protocol/values.ts";
import { isNotFound } from "./api-error.ts";
import { UnknownKind } from "./api.ts";
import { readinessRule } from "./await/rules.ts";
import type { Readiness } from "./await/readiness.ts";
import { checkpoint, liveInputs, toKubernetes, withSecretData } from "./checkpoint.ts";
import { fieldManagerOf } from "./field-ownership.ts";
import { mapAt, namespaceOf, objectId, omit, parseObjectId, textAt, type KubeObject } from "./object.ts";
import { requireReachable, type Session } from "./session.ts";
import { gvkOfToken } from "./type-token.ts";

/** Fields of a live object that no program sets; left out where inputs are made up for an import. */
const SERVER_FIELDS = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid", "selfLink"];

/** The live state of a resource and the inputs that it corresponds to; undefined if the object is gone. */
export async function readObject(
  session: Session,
  resource: ResourceIdentity,
  id: string,
  outputs: PropertyMap,
  inputs: PropertyMap,
): Promise<{ id: string; outputs: PropertyMap; inputs: PropertyMap } | undefined> {
  if (session.unreachable !== undefined) {
    if (session.settings.deleteUnreachable) return undefined;
    if (session.settings.skipUpdateUnreachable) return { id, outputs, inputs };
  }
  requireReachable(session);
  const given = toKubernetes(inputs);
  const live = await found(session, identified(given, resource, id));
  if (live === undefined) return undefined;

  const fieldManager = fieldManagerOf(resource.urn, given, outputs);
  const readInputs = Object.keys(inputs).length > 0 ? liveInputs(inputs, live) : importedInputs(live);
  const marked = withSecretData(withSecretsOf(readInputs, inputs));
  const state = checkpoint(marked, live, fieldManager);
  const readiness = await currentReadiness(session, live);
  if (readiness && readiness.state !== "ready") {
    const message = `${textAt(live, "kind")} ${objectId(live)} is not ready: ${readiness.message}`;
    throw new InitializationFailed(message, id || objectId(live), state, [message, ...readiness.reasons]);
  }
  return { id: id || objectId(live), outputs: state, inputs: marked };
}

async function found(session: Session, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await session.api.get(object);
  } catch (error) {
    if (isNotFound(error) || error instanceof UnknownKind) return undefined;
    throw error;
  }
}

function identified(given: KubeObject, resource: ResourceIdentity, id: string): KubeObject {
  const { namespace, name } = parseObjectId(id);
  const { apiVersion, kind } = gvkOfToken(resource.type);
  return {
    apiVersion: textAt(given, "apiVersion") || apiVersion,
    kind: textAt(given, "kind") || kind,
    metadata: { name, ...(namespace || namespaceOf(given) ? { namespace: namespace || namespaceOf(given) } : {}) },
  };
}

/** The inputs that a program would write for a live object: all but its status and what the server fills in. */
export function importedInputs(live: KubeObject): PropertyMap {
  const metadata = omit(mapAt(live, "metadata"), ...SERVER_FIELDS, "annotations");
  const annotations = omit(mapAt(live, "metadata", "annotations"), "deployment.kubernetes.io/revision");
  const written = Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata;
  return { ...omit(live, "status"), metadata: written };
}

/** One look, no wait: an object that is not ready is waited for again by the next update. */
async function currentReadiness(session: Session, live: KubeObject): Promise<Readiness | undefined> {
  const rule = readinessRule(live);
  if (!rule) return undefined;
  const around = new Map<string, KubeObject[]>();
  for (const kind of rule.watches) {
    const parts = kind.split("/");
    const path = await session.api.listPath(parts.slice(0, -1).join("/"), parts.at(-1) ?? "", namespaceOf(live));
    const { items } = await session.api.list(path);
    around.set(kind, items);
  }
  return rule.assess(live, { of: (kind) => around.get(kind) ?? [] });
}
