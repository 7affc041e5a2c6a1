import type { ResourceIdentity } from "../protocol/provider.ts";
import type { PropertyMap } from "../protocol/values.ts";
import { isMap } from "../protocol/values.ts";
import { isNotFound } from "./api-error.ts";
import { UnknownKind } from "./api.ts";
import { awaitTimeout, propagationPolicy, skipsDeletion } from "./await/rules.ts";
import { waitUntilGone, WaitFailed } from "./await/wait.ts";
import { toKubernetes } from "./checkpoint.ts";
import { objectId, textAt, type KubeObject } from "./object.ts";
import { requireReachable, waitContext, type Session } from "./session.ts";

/** How long a deletion may take, in seconds, unless the program says otherwise. */
const DELETION_TIMEOUT = 600;

/** Deletes an object and waits until it is gone. One that is gone already is a success. */
export async function deleteObject(
  session: Session,
  resource: ResourceIdentity,
  outputs: PropertyMap,
  timeoutSeconds: number,
): Promise<void> {
  if (session.unreachable !== undefined && session.settings.deleteUnreachable) return;
  requireReachable(session);
  const { __inputs, ...state } = outputs;
  const recorded = toKubernetes(state);
  const inputs = isMap(__inputs) ? toKubernetes(__inputs) : recorded;
  const live = await deleted(session, recorded, inputs);
  if (live === undefined || skipsDeletion(inputs)) return;
  const timeout = awaitTimeout(inputs, timeoutSeconds, DELETION_TIMEOUT);
  try {
    await waitUntilGone(live, waitContext(session, resource.urn, timeout));
  } catch (error) {
    if (!(error instanceof WaitFailed)) throw error;
    const what = `${textAt(live, "kind")} ${objectId(live)}`;
    throw new Error([`${what} is not gone yet: ${error.message}`, ...error.reasons].join("; "), { cause: error });
  }
}

async function deleted(session: Session, recorded: KubeObject, inputs: KubeObject): Promise<KubeObject | undefined> {
  try {
    const live = await session.api.get(recorded);
    await session.api.delete(recorded, propagationPolicy(inputs));
    return live;
  } catch (error) {
    if (isNotFound(error) || error instanceof UnknownKind) return undefined;
    throw error;
  }
}
