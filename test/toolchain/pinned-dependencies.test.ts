import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const below = (folder: string, file: string) =>
  readdirSync(join(ROOT, folder))
    .map((name) => `${folder}/${name}/${file}`)
    .filter((path) => existsSync(join(ROOT, path)));

const lockFiles = ["package-lock.json", ...below("docker", "package-lock.json")];
const goModules = [...below("toolchain/go", "go.mod"), ...below("docker", "go.mod")];

/** The packages of a lock file that npm would install without comparing them with a strong hash. */
function unchecked(lockFile: string): readonly string[] {
  const { packages } = JSON.parse(lockFile) as { packages: Record<string, { integrity?: string; link?: boolean }> };
  return Object.entries(packages).flatMap(([path, { integrity = "", link = false }]) =>
    path === "" || link || integrity.startsWith("sha512-") ? [] : [path],
  );
}

/** The modules that a go.mod requires and its go.sum has no hash of. */
function unsummed(goMod: string, goSum: string): readonly string[] {
  const replaced = new Map(
    [...goMod.matchAll(/(\S+)(?: v\S+)? => (\S+) (v\S+)/g)].map(([, from = "", to = "", version = ""]) => [
      from,
      `${to} ${version}`,
    ]),
  );
  const required = goMod.matchAll(/^(?:\t|require )(\S+) (v\S+)(?: \/\/ indirect)?$/gm);
  return [...required]
    .map(([, path = "", version = ""]) => replaced.get(path) ?? `${path} ${version}`)
    .filter((module) => !goSum.includes(`${module} h1:`) || !goSum.includes(`${module}/go.mod h1:`));
}

describe("npm", () => {
  it.each(lockFiles)("compares every package of %s with its hash", (path) => {
    expect(unchecked(read(path))).toEqual([]);
  });

  it("would be told by this test of a package without one", () => {
    const { packages, ...rest } = JSON.parse(read("package-lock.json")) as { packages: Record<string, object> };
    const weakened = { ...packages, "node_modules/zod": { version: "4.0.0", integrity: "sha1-abc" } };
    expect(unchecked(JSON.stringify({ ...rest, packages: weakened }))).toEqual(["node_modules/zod"]);
  });

  it("runs no dependency's script, neither in the clone nor in an image", () => {
    expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
    const installs = ["Makefile", ...below("docker", "Dockerfile")].flatMap((path) =>
      read(path)
        .split("\n")
        .filter((line) => /\bnpm (ci|install)\b/.test(line)),
    );
    expect(installs).toHaveLength(4);
    expect(installs.filter((line) => !line.includes("npm ci --ignore-scripts"))).toEqual([]);
  });
});

describe("Go", () => {
  it.each(goModules)("compares every module of %s with its hash", (path) => {
    const sums = path.replace(/mod$/, "sum");
    expect(unsummed(read(path), existsSync(join(ROOT, sums)) ? read(sums) : "")).toEqual([]);
  });

  it("would be told by this test of a module without one", () => {
    const goSum = read("toolchain/go/volumes/go.sum").replaceAll(/^k8s\.io\/api v\S+ h1:.*\n/gm, "");
    expect(unsummed(read("toolchain/go/volumes/go.mod"), goSum)).toEqual([expect.stringMatching(/^k8s\.io\/api v/)]);
  });

  it("may write no sums of its own while it builds", () => {
    expect(read("toolchain/go/build.ts")).toContain('GOFLAGS: "-mod=readonly');
  });
});
