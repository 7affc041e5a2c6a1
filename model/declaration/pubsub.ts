import type { Arguments, DatastoreBase } from "./datastore-base.ts";

/** Google Pub/Sub: the emulator in a cluster, the real service where a stack says `external`. */
export interface PubsubDeclaration extends DatastoreBase {
  readonly engine: "pubsub";
  /** The Google Cloud project that topics live in; a stack that uses the real service names its own. */
  readonly project: string;
  readonly topics: readonly string[];
}

/**
 * Declares Google Pub/Sub with its topics.
 *
 * The link yields `PUBSUB_EMULATOR_HOST` (Google's own client libraries read it), `PUBSUB_PROJECT_ID` and
 * `GOOGLE_CLOUD_PROJECT`. The emulator keeps nothing on disk: a restart loses what has not been delivered.
 */
export function definePubsub(datastore: Arguments<PubsubDeclaration>): PubsubDeclaration {
  return { kind: "datastore", engine: "pubsub", dependency: datastore.name, ...datastore };
}
