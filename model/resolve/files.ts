import type { Specification } from "../declaration/specification.ts";
import { fileKey } from "../render/files.ts";
import type { PlatformContext } from "./context.ts";

// etcd holds no object above 1.5 MiB, a ConfigMap no more than 1 MiB (Kubernetes: ConfigMaps).
const LIMIT_BYTES = 2 ** 20;

/** Reports files that could not be in one ConfigMap or not where they should be. `path` is where they stand. */
export function checkFiles(
  context: PlatformContext,
  path: string,
  { files, volumes }: Pick<Specification, "files" | "volumes">,
): void {
  const paths = Object.keys(files);
  const size = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (size > LIMIT_BYTES) {
    context.report({
      path,
      problem: "the files do not fit into a ConfigMap",
      value: `${size} bytes`,
      allowed: `${LIMIT_BYTES} bytes together`,
      fix: "put large files into the image or onto a volume",
    });
  }
  const byKey = new Map<string, string>();
  for (const file of paths) {
    const other = byKey.get(fileKey(file)) ?? paths.find((candidate) => candidate.startsWith(`${file}/`));
    byKey.set(fileKey(file), file);
    const volume = Object.values(volumes).find(
      ({ mountPath }) => file === mountPath || file.startsWith(`${mountPath.replace(/\/$/, "")}/`),
    );
    if (other === undefined && volume === undefined) continue;
    context.report({
      path: `${path}.${file}`,
      problem:
        other === undefined ? `stands on the volume at ${volume?.mountPath ?? ""}` : `gets in the way of ${other}`,
      value: file,
      allowed: "paths that differ in more than / and _, none below another, none on a volume",
      fix: "choose another path for one of them",
    });
  }
}
