import type { Seed } from "./service.ts";
import type { DeepPartial, Resources } from "./specification.ts";

/** What every datastore and broker says, whatever its engine. */
export interface DatastoreBase {
  readonly kind: "datastore";
  /** Its name inside the platform. */
  readonly name: string;
  readonly seeds: readonly Seed[];
  /** How the health report of its dependants calls it. Default: the name. */
  readonly dependency: string;
  readonly resources?: DeepPartial<Resources>;
}

/** A datastore that keeps its data on a volume. */
export interface StoringDatastore extends DatastoreBase {
  /** Size of the volume, unless a stack says otherwise. */
  readonly storage: string;
}

/** What a person writes of a datastore; the rest follows from the function they call. */
export type Arguments<T extends DatastoreBase> = Omit<T, "kind" | "engine" | "dependency"> & {
  readonly dependency?: string;
};
