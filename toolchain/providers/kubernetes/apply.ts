import { setTimeout as delay } from "node:timers/promises";
import { InitializationFailed, type Created, type Operation, type UpdateOperation } from "../protocol/provider.ts";
import type { ResourceIdentity } from "../protocol/provider.ts";
import { hasUnknown, masked, secretStrings, type PropertyMap } from "../protocol/values.ts";
import { ApiError, conflictingManagers, isNamespaceMissing, isNotFound } from "./api-error.ts";
import { UnknownKind } from "./api.ts";
import { waitUntilReady, WaitFailed } from "./await/wait.ts";
import { awaitTimeout, readinessRule } from "./await/rules.ts";
import { checkpoint, previewed, toKubernetes, withSecretData } from "./checkpoint.ts";
import { fieldManagerOf, handedOver, isManagedBy, isNewlyCreated, withIgnored } from "./field-ownership.ts";
import { annotation, objectId, textAt, type KubeObject } from "./object.ts";
import { requireReachable, waitContext, type Session } from "./session.ts";

/** Pauses before a create is tried again whose namespace or type is only just appearing, in milliseconds. */
const REPETITIONS = [500, 1_000, 2_000, 4_000, 8_000];

/** Creates an object, or asks the server what it would create. */
export async function createObject(
  session: Session,
  resource: ResourceIdentity,
  operation: Operation,
): Promise<Created> {
  return withoutSecrets(operation.inputs, async () => {
    const { inputs, preview } = operation;
    const asGiven = { id: "", outputs: inputs };
    if (preview && (hasUnknown(inputs) || session.unreachable !== undefined)) return asGiven;
    requireReachable(session);
    const object = toKubernetes(inputs);
    const fieldManager = fieldManagerOf(resource.urn, object);
    try {
      await repeated(session, resource, preview, () => requireAbsent(session, object, fieldManager));
      const live = await repeated(session, resource, preview, () => apply(session, object, fieldManager, preview));
      if (preview) return { id: "", outputs: checkpoint(inputs, previewed(live), fieldManager) };
      const ready = await awaited(session, resource, operation, live, fieldManager);
      return { id: objectId(ready), outputs: checkpoint(inputs, ready, fieldManager) };
    } catch (error) {
      if (preview && cannotBePreviewed(error)) return asGiven;
      throw error;
    }
  });
}

/** Updates an object, or asks the server what the update would give; returns its new state. */
export async function updateObject(
  session: Session,
  resource: ResourceIdentity,
  operation: UpdateOperation,
): Promise<PropertyMap> {
  return withoutSecrets(operation.inputs, async () => {
    const { inputs, preview, oldOutputs, ignoreChanges } = operation;
    if (preview && (hasUnknown(inputs) || session.unreachable !== undefined)) return inputs;
    requireReachable(session);
    const object = toKubernetes(inputs);
    const fieldManager = fieldManagerOf(resource.urn, object, oldOutputs);
    try {
      const current = await session.api.get(object);
      const managedFields = preview ? undefined : handedOver(current, fieldManager);
      if (managedFields !== undefined) await session.api.setManagedFields(current, managedFields);
      const wanted = withIgnored(object, current, ignoreChanges, fieldManager);
      const live = await apply(session, wanted, fieldManager, preview, preview && isNewlyCreated(current));
      if (preview) return checkpoint(inputs, live, fieldManager);
      return checkpoint(inputs, await awaited(session, resource, operation, live, fieldManager), fieldManager);
    } catch (error) {
      if (preview && cannotBePreviewed(error)) return inputs;
      if (isNotFound(error)) {
        throw new Error(
          `${objectId(object)} is in the state but no longer in the cluster: run a refresh, then try again`,
          { cause: error },
        );
      }
      throw error;
    }
  });
}

/** What another run of the same resource has applied may be taken up; somebody else's object may not. */
async function requireAbsent(session: Session, object: KubeObject, fieldManager: string): Promise<void> {
  if (session.settings.upsertExistingObjects) return;
  const existing = await session.api.get(object).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (existing === undefined || isManagedBy(existing, fieldManager)) return;
  throw new AlreadyExists(
    `${textAt(object, "kind")} ${objectId(object)} already exists in the cluster and was not made by this resource. ` +
      "Import it (pulumi import), delete it, or set upsertExistingObjects on the provider to take it over",
  );
}

class AlreadyExists extends Error {
  override readonly name = "AlreadyExists";
}

async function apply(
  session: Session,
  object: KubeObject,
  fieldManager: string,
  dryRun: boolean,
  overrule = false,
): Promise<KubeObject> {
  const force = overrule || annotation(object, "pulumi.com/patchForce") === "true" || session.settings.enablePatchForce;
  try {
    return await session.api.apply(object, { fieldManager, force, dryRun });
  } catch (error) {
    const managers = conflictingManagers(error);
    if (managers.length === 0) throw error;
    throw new Error(
      `field manager "${fieldManager}" may not set fields of ${objectId(object)} that ${managers.join(", ")} owns: ` +
        `${error instanceof Error ? error.message : ""}. Leave the fields to their owner (ignoreChanges), or take them ` +
        'over with the annotation pulumi.com/patchForce: "true"',
      { cause: error },
    );
  }
}

async function awaited(
  session: Session,
  resource: ResourceIdentity,
  operation: Operation,
  live: KubeObject,
  fieldManager: string,
): Promise<KubeObject> {
  const rule = readinessRule(live);
  if (!rule) return live;
  const timeout = awaitTimeout(live, operation.timeoutSeconds, rule.timeoutSeconds);
  try {
    return await waitUntilReady(live, rule, waitContext(session, resource.urn, timeout));
  } catch (error) {
    if (!(error instanceof WaitFailed)) throw error;
    const what = `${textAt(live, "kind")} ${objectId(live)}`;
    const outputs = checkpoint(operation.inputs, error.live, fieldManager);
    const message = `${what} was applied, but failed to become ready: ${error.message}`;
    throw new InitializationFailed(message, objectId(live), outputs, [message, ...error.reasons]);
  }
}

/** Waits a little for a namespace or a type that is being created at the same time. A preview does not. */
async function repeated<T>(
  session: Session,
  resource: ResourceIdentity,
  preview: boolean,
  work: () => Promise<T>,
): Promise<T> {
  for (const pause of REPETITIONS) {
    try {
      return await work();
    } catch (error) {
      const mayAppear = error instanceof UnknownKind || isNamespaceMissing(error);
      if (preview || !mayAppear) throw error;
      session.log.status(`trying again: ${error instanceof Error ? error.message : String(error)}`, resource.urn);
      await delay(pause, undefined, { signal: session.signal });
    }
  }
  return work();
}

/** Dry runs fail for what only exists once the update runs, and for replacements under the same name. */
function cannotBePreviewed(error: unknown): boolean {
  if (error instanceof UnknownKind || error instanceof AlreadyExists || isNamespaceMissing(error)) return true;
  if (!(error instanceof ApiError)) return false;
  const immutable = error.code === 422 && /immutable|Forbidden: updates to/.test(error.message);
  return error.code === 403 || error.code === 404 || immutable || /does not support dry run/.test(error.message);
}

/** The API server quotes what it refuses: no secret may get out that way. */
async function withoutSecrets<T>(inputs: PropertyMap, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const marked = secretStrings(withSecretData(inputs));
    const secrets = [...marked, ...marked.map((text) => Buffer.from(text, "base64").toString())];
    if (error instanceof InitializationFailed) {
      const reasons = error.reasons.map((reason) => masked(reason, secrets));
      throw new InitializationFailed(masked(error.message, secrets), error.id, error.outputs, reasons);
    }
    if (!(error instanceof Error)) throw error;
    throw new Error(masked(error.message, secrets));
  }
}
