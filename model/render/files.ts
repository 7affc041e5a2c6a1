import { createHash } from "node:crypto";
import type { ConfigMap, Volume, VolumeMount } from "kubernetes-types/core/v1";
import { boundedName } from "../name.ts";
import type { ResolvedService } from "../resolve/resolved.ts";

const VOLUME = "files";

/** What files need to be where a container looks for them. */
export interface FileParts {
  readonly configMap: ConfigMap;
  readonly volume: Volume;
  readonly mounts: readonly VolumeMount[];
  /** Names one state of the files. A mounted single file never changes under a running container: pods have to roll. */
  readonly hash: string;
}

/** The ConfigMap of a service's files and their mounts, read-only; undefined where it has none. */
export function renderFiles({
  objectName,
  namespace,
  labels,
  specification,
}: Pick<ResolvedService, "objectName" | "namespace" | "labels"> & {
  readonly specification: { readonly files: Readonly<Record<string, string>> };
}): FileParts | undefined {
  const files = Object.entries(specification.files).sort(([a], [b]) => (a < b ? -1 : 1));
  if (files.length === 0) return undefined;
  const name = boundedName([objectName, VOLUME]);
  return {
    configMap: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace, labels: { ...labels } },
      data: Object.fromEntries(files.map(([path, text]) => [fileKey(path), text])),
    },
    volume: { name: VOLUME, configMap: { name, defaultMode: 0o444 } },
    mounts: files.map(([path]) => ({ name: VOLUME, mountPath: path, subPath: fileKey(path), readOnly: true })),
    hash: createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16),
  };
}

/** A path as the key of a ConfigMap, which has no slashes. */
export function fileKey(path: string): string {
  return path.slice(1).replaceAll("/", "_");
}
