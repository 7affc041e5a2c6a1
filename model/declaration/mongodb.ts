import type { Arguments, StoringDatastore } from "./datastore-base.ts";

/** A MongoDB database. */
export interface MongodbDeclaration extends StoringDatastore {
  readonly engine: "mongodb";
  /** Major version, as in the image's tag. */
  readonly version: string;
  readonly database: string;
}

/** Declares a MongoDB database. Its link yields `MONGODB_URL`. */
export function defineMongodb(datastore: Arguments<MongodbDeclaration>): MongodbDeclaration {
  return { kind: "datastore", engine: "mongodb", dependency: datastore.name, ...datastore };
}
