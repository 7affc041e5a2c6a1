import { createHash } from "node:crypto";
import { copyFile, cp, mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import registryUrl from "registry-url";
import { ToolchainError } from "../progress.ts";
import type { ImagePlan } from "./build.ts";

/** The debian base with this machine's own Node.js and npm: what runs here also runs there. */
export async function nodeImage(debianReference: string): Promise<ImagePlan> {
  const npm = await npmDirectory();
  // From the file: npm itself takes half a second to say so, at every update.
  const { version: npmVersion } = JSON.parse(await readFile(join(npm, "package.json"), "utf8")) as { version: string };
  const { stdout: ldd } = await execa("ldd", [process.execPath]);
  const libraries = librariesToCopy(ldd);
  const npmrc = `registry=${registryUrl()}\ncafile=/etc/ssl/certs/ca-certificates.crt\nupdate-notifier=false\n`;
  const dockerfile = nodeDockerfile(debianReference);
  const decisive = JSON.stringify([dockerfile, process.version, npmVersion, npmrc, libraries]);
  const major = process.version.slice(1).split(".")[0] ?? "";
  return {
    repository: "fleet/node",
    tag: `${process.version.slice(1)}-${createHash("sha256").update(decisive).digest("hex").slice(0, 12)}`,
    // The major version for those who care, and a name that holds on every machine.
    aliases: [major, "local"],
    fill: async (directory) => {
      const local = join(directory, "local");
      for (const name of ["bin", "etc", "lib/node_modules"]) await mkdir(join(local, name), { recursive: true });
      await copyFile(process.execPath, join(local, "bin/node"));
      await cp(npm, join(local, "lib/node_modules/npm"), { recursive: true });
      for (const library of libraries) await copyFile(library, join(local, "lib", basename(library)));
      await writeFile(join(local, "etc/npmrc"), npmrc);
      await writeFile(join(directory, "Dockerfile"), dockerfile);
    },
  };
}

/** The last line fails the build rather than the first pod, should the copied binary not run there. */
function nodeDockerfile(base: string): string {
  return [
    `FROM ${base}`,
    "COPY local/ /usr/local/",
    "RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \\",
    "    && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \\",
    "    && ldconfig && node --version && npm --version",
    'CMD ["node"]',
    "",
  ].join("\n");
}

async function npmDirectory(): Promise<string> {
  const { stdout } = await execa("sh", ["-c", "command -v npm"], { reject: false });
  if (stdout === "") throw new ToolchainError("npm is not on PATH: it belongs to Node.js (https://nodejs.org)");
  return dirname(dirname(await realpath(stdout)));
}

/** The C and C++ runtime: the base has its own, and two of them do not mix. */
const runtime = /^(ld-linux|libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)[.-]/;

/** Paths of the shared libraries of `ldd`'s output that the debian base does not have. */
export function librariesToCopy(ldd: string): string[] {
  return ldd
    .split("\n")
    .map((line) => /=> (\/\S+)/.exec(line)?.[1])
    .filter((path) => path !== undefined)
    .filter((path) => !runtime.test(basename(path)));
}
