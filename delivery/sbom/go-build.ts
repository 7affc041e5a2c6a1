import { isPlainObject } from "../../model/overlay.ts";
import { distinct, goComponent, type SoftwareComponent } from "./component.ts";

/** What a Go executable says of how it was built: the output of `go version -m -json FILE`. */
export function goComponents(buildInfo: unknown): readonly SoftwareComponent[] {
  if (!isPlainObject(buildInfo)) return [];
  const { GoVersion, Main, Deps } = buildInfo;
  const modules = [Main, ...(Array.isArray(Deps) ? (Deps as readonly unknown[]) : [])].flatMap(moduleOf);
  const standard = typeof GoVersion === "string" ? [goComponent("stdlib", GoVersion.replace(/^go/, "v"))] : [];
  return distinct([...modules, ...standard]);
}

// What was replaced is not in the executable; its replacement is. A main module of ours has no version.
function moduleOf(module: unknown): SoftwareComponent[] {
  if (!isPlainObject(module)) return [];
  const { Path, Version, Replace } = module;
  if (isPlainObject(Replace)) return moduleOf(Replace);
  if (typeof Path !== "string" || typeof Version !== "string" || Version === "(devel)") return [];
  return [goComponent(Path, Version)];
}
