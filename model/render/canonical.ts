import { stringify } from "yaml";
import { replacePlaceholders, type Placeholder } from "../placeholder.ts";
import { objectPath, type Rendered } from "./stack.ts";

/** One rendered object as text. */
export interface RenderedFile {
  /** `<namespace>/<Kind>-<name>.yaml`. */
  readonly path: string;
  readonly yaml: string;
}

/** Objects as canonical YAML, one file an object: the same object is the same text, and each field has its own line. */
export function canonicalFiles(
  objects: readonly Pick<Rendered, "object">[],
  replace: (placeholder: Placeholder) => string,
): readonly RenderedFile[] {
  return objects.map(({ object }) => ({
    path: `${objectPath(object)}.yaml`,
    yaml: canonicalYaml(replacePlaceholders(object, replace)),
  }));
}

/** All files as one stream of documents, each below its path. */
export function documentStream(files: readonly RenderedFile[]): string {
  return files.map(({ path, yaml }) => `---\n# ${path}\n${yaml}`).join("");
}

/** Plain data as canonical YAML: keys in order, each field on its own line. */
export function canonicalYaml(object: unknown): string {
  // Kubernetes' own tools read YAML 1.1, in which a bare `no` is false.
  return stringify(object, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" });
}
