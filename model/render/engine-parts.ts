import { createHash } from "node:crypto";
import type { Container, PodSpec } from "kubernetes-types/core/v1";
import type { PodIdentity } from "./pod.ts";

/** What an engine contributes to the common shape of a datastore. */
export interface EngineParts {
  readonly identity: PodIdentity;
  readonly container: Omit<Container, "resources">;
  readonly volumes: NonNullable<PodSpec["volumes"]>;
  /** What its Secret holds: variables and files. */
  readonly secret: Readonly<Record<string, string>>;
  /** Those of its files that decide more than a password: a change of theirs makes a new pod. */
  readonly files?: Readonly<Record<string, string>>;
  /** The keys of the secrets that it reads at its start only, so that a new value needs a new pod. Default: all. */
  readonly readAtStart?: readonly string[];
  /** Brings a running server's logins to what its Secret says; only while there is anything to change. */
  readonly loginsJob?: LoginsJob;
  /** Whether it keeps its data on a volume of its own, mounted as `DATA_VOLUME`. */
  readonly stored: boolean;
}

/** What the Job that changes a running server's logins runs, in the server's own image. */
export type LoginsJob = Required<Pick<Container, "command" | "env" | "volumeMounts"> & Pick<PodSpec, "volumes">>;

/** The volume of a datastore's StatefulSet. */
export const DATA_VOLUME = "data";

/** Names one state of a datastore's files; placeholders count by name, so a new password alone changes nothing here. */
export function configurationHash(files: Readonly<Record<string, string>>): string {
  return createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
}
