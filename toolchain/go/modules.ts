import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** One of the tools modules of this folder: each pins one tool and its whole dependency tree in go.mod and go.sum. */
export type GoToolModule =
  | "actionlint"
  | "coredns"
  | "crds"
  | "etcd"
  | "kube-score"
  | "kubernetes"
  | "network-policy"
  | "pause"
  | "pulumi"
  | "traefik"
  | "volumes";

/** The directory that holds a tools module's go.mod and go.sum. */
export function goModuleDirectory(module: GoToolModule): string {
  return join(import.meta.dirname, module);
}

/** The version a tools module pins for one Go module path, such as `v1.36.3`: go.mod is the only place that says it. */
export async function pinnedVersion(module: GoToolModule, modulePath: string): Promise<string> {
  return requiredVersion(await readFile(join(goModuleDirectory(module), "go.mod"), "utf8"), modulePath);
}

/**
 * The version that a go.mod requires of `modulePath`, or that of its replacement. Throws if the file does not
 * require it.
 */
export function requiredVersion(goMod: string, modulePath: string): string {
  const directives = goMod.split("\n").map((line) =>
    line
      .replace(/^(require|replace) /, "")
      .trim()
      .split(/\s+/),
  );
  const of = directives.filter(([path]) => path === modulePath);
  const required = of.find(([, version]) => version?.startsWith("v"))?.[1];
  if (required === undefined) throw new Error(`go.mod does not require ${modulePath}`);
  return of.find(([, arrow]) => arrow === "=>")?.[3] ?? required;
}

/** The lowest Go version that may build a module: its `go` directive, such as `1.26.0`. */
export function goDirective(goMod: string): string {
  const directive = /^go\s+(\d+(?:\.\d+)*)/m.exec(goMod)?.[1];
  if (directive === undefined) throw new Error("go.mod has no go directive");
  return directive;
}

/** Whether Go version `actual` (`go1.26.8`, `1.26rc1`) is `minimum` (`1.26.0`) or later. */
export function isAtLeast(actual: string, minimum: string): boolean {
  const numbers = (version: string) => /\d+(?:\.\d+)*/.exec(version)?.[0].split(".").map(Number) ?? [];
  const [have, need] = [numbers(actual), numbers(minimum)];
  for (let part = 0; part < Math.max(have.length, need.length); part++) {
    const difference = (have[part] ?? 0) - (need[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
