import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = dirname(import.meta.dirname);
const SOURCES = [
  "bin",
  "components",
  "delivery",
  "migrations",
  "model",
  "policy",
  "services",
  "toolchain",
  "index.ts",
  "package.json",
];
/** What is started by name, and where it begins. */
const ENTRY_POINTS = {
  fleet: "delivery/cli/main.ts",
  kubernetes: "toolchain/providers/kubernetes/main.ts",
  random: "toolchain/providers/random/main.ts",
  docker: "toolchain/providers/docker/main.ts",
  crossguard: "policy/crossguard/serve.ts",
};
const WEEK = 7 * 24 * 60 * 60 * 1000;

/**
 * Imports one of the entry points, compiled: half of a command's time was loading some 300 TypeScript files one by one.
 *
 * The compiled files are in `node_modules/.cache/fleet`, by a hash of every source file, so they are never out of date.
 * Where that folder cannot be written (somebody else's installation), the sources are loaded as they are.
 * @param {keyof typeof ENTRY_POINTS} name
 */
export async function importCompiled(name) {
  const cache = join(ROOT, "node_modules", ".cache", "fleet");
  const folder = join(cache, sourceHash());
  if (!existsSync(folder) && !(await compiled(cache, folder))) {
    const { register } = await import("tsx/esm/api");
    register();
    return import(pathToFileURL(join(ROOT, ENTRY_POINTS[name])).href);
  }
  return import(pathToFileURL(join(folder, `${name}.mjs`)).href);
}

function sourceHash() {
  // The place is compiled in too, as what `import.meta` says.
  const hash = createHash("sha256").update(ROOT);
  for (const source of SOURCES) {
    const path = join(ROOT, source);
    const files = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: "utf8" }).sort() : [""];
    for (const file of files) {
      if (/\.(ts|js|json)$/.test(join(path, file))) hash.update(file).update(readFileSync(join(path, file)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** Compiles into the folder, all or nothing; false where nothing can be written. */
async function compiled(cache, folder) {
  let draft;
  try {
    mkdirSync(cache, { recursive: true });
    draft = mkdtempSync(join(cache, ".new-"));
  } catch (error) {
    if (["EACCES", "EROFS", "EPERM"].includes(error.code)) return false;
    throw error;
  }
  try {
    const { build } = await import("esbuild");
    const { metafile } = await build({
      metafile: true,
      entryPoints: ENTRY_POINTS,
      absWorkingDir: ROOT,
      outdir: draft,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      sourcemap: "linked",
      logLevel: "silent",
      plugins: [{ name: "import-meta", setup: keepImportMeta }],
    });
    const unknown = Object.keys(metafile.inputs).filter((path) => !SOURCES.includes(path.split("/")[0]));
    if (unknown.length > 0) throw new Error(`bin/compiled.js does not watch ${unknown.join(", ")}.`);
    renameSync(draft, folder);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  for (const old of readdirSync(cache).map((name) => join(cache, name))) {
    if (Date.now() - statSync(old).mtimeMs > WEEK) rmSync(old, { recursive: true, force: true });
  }
  return true;
}

/** A compiled file is elsewhere than its sources, and these find the project's other files by where they are. */
function keepImportMeta({ onLoad }) {
  const folders = SOURCES.filter((source) => !source.includes(".")).join("|");
  const filter = new RegExp(`^${ROOT.replace(/[^\w/]/g, "\\$&")}/((${folders})/.*|index)\\.ts$`);
  onLoad({ filter }, ({ path }) => ({
    loader: "ts",
    contents: readFileSync(path, "utf8")
      .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
      .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
  }));
}
