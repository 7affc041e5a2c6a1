import type { Arguments, StoringDatastore } from "./datastore-base.ts";

/** A Qdrant vector database. */
export interface QdrantDeclaration extends StoringDatastore {
  readonly engine: "qdrant";
  /** Version, as in the image's tag. */
  readonly version: string;
}

/** Declares a Qdrant vector database. Its link yields `QDRANT_URL` and `QDRANT_API_KEY`. */
export function defineQdrant(datastore: Arguments<QdrantDeclaration>): QdrantDeclaration {
  return { kind: "datastore", engine: "qdrant", dependency: datastore.name, ...datastore };
}
