import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import dockerignore, { type Ignore } from "@balena/dockerignore";

/**
 * A digest of all that a build can see: the Dockerfile and every file of the context that `.dockerignore` lets in, by
 * path, permissions and content. Equal digests mean that a build would give the same.
 */
export async function contextDigest(context: string, dockerfile: string): Promise<string> {
  const rules = await ignoreRules(context, dockerfile);
  const hash = createHash("sha256");
  hash.update(await readFile(dockerfile));
  for (const path of await includedPaths(context, "", rules)) await addPath(hash, context, path);
  return hash.digest("hex");
}

interface IgnoreRules {
  readonly matcher: Ignore;
  /** Whether a file inside an ignored folder may be included again. */
  readonly hasExceptions: boolean;
}

/** `Dockerfile.dockerignore` beside the Dockerfile wins over the context's `.dockerignore`. */
async function ignoreRules(context: string, dockerfile: string): Promise<IgnoreRules> {
  const text = await readFile(`${dockerfile}.dockerignore`, "utf8")
    .catch(() => readFile(join(context, ".dockerignore"), "utf8"))
    .catch(() => "");
  const matcher = dockerignore({ ignorecase: false }).add(text);
  return { matcher, hasExceptions: /^\s*!/m.test(text) };
}

async function includedPaths(context: string, folder: string, rules: IgnoreRules): Promise<string[]> {
  const entries = await readdir(join(context, folder), { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const ignored = rules.matcher.ignores(path);
    if (!ignored) paths.push(path);
    if (entry.isDirectory() && (!ignored || rules.hasExceptions)) {
      paths.push(...(await includedPaths(context, path, rules)));
    }
  }
  return paths;
}

async function addPath(hash: Hash, context: string, path: string): Promise<void> {
  const file = join(context, path);
  const stats = await lstat(file);
  hash.update(`\0${path}\0${(stats.mode & 0o777).toString(8)}\0`);
  if (stats.isSymbolicLink()) hash.update(`link ${await readlink(file)}`);
  else if (stats.isFile())
    await pipeline(createReadStream(file), async (chunks) => {
      for await (const chunk of chunks) hash.update(chunk as Buffer);
    });
}
