import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa, ExecaError } from "execa";
import { ToolchainError } from "../progress.ts";
import type { ImagePlan } from "./build.ts";

/** The release of the base: the first that packages pgvector (docker/postgres). */
export const debianSuite = "trixie";

const bundlePath = "/etc/ssl/certs/ca-certificates.crt";
const localAuthorities = "/usr/local/share/ca-certificates";

/** Nobody reads a manual inside a container. */
const excluded = ["doc", "man", "info", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
const bootstrap = ["--variant=minbase", "--include=ca-certificates", '--aptopt=Acquire::Languages "none"', ...excluded];

/**
 * A minimal Debian, bootstrapped from its packages, that trusts whom this machine trusts: so that a build behind a
 * proxy that inspects TLS works inside it as it does outside.
 */
export async function debianImage(): Promise<ImagePlan> {
  const bundle = await readFile(bundlePath, "utf8").catch(() => "");
  const authorities = await readAuthorities();
  const hash = createHash("sha256").update(JSON.stringify([debianSuite, bootstrap, bundle, authorities]));
  return {
    repository: "fleet/debian",
    tag: `${debianSuite}-${hash.digest("hex").slice(0, 12)}`,
    aliases: [debianSuite],
    fill: async (directory) => {
      await runMmdebstrap(join(directory, "root.tar"));
      const trust = join(directory, "trust");
      await mkdir(join(trust, "usr/local/share/ca-certificates"), { recursive: true });
      if (authorities.length > 0) await cp(localAuthorities, join(trust, localAuthorities), { recursive: true });
      await mkdir(join(trust, "etc/ssl/certs"), { recursive: true });
      if (bundle !== "") await writeFile(join(trust, bundlePath), bundle);
      await writeFile(join(directory, "Dockerfile"), 'FROM scratch\nADD root.tar /\nCOPY trust/ /\nCMD ["bash"]\n');
    },
  };
}

async function readAuthorities(): Promise<string[]> {
  const names = await readdir(localAuthorities).catch(() => []);
  const files = names.filter((name) => name.endsWith(".crt")).sort();
  return Promise.all(files.map((name) => readFile(join(localAuthorities, name), "utf8")));
}

async function runMmdebstrap(target: string): Promise<void> {
  try {
    await execa("mmdebstrap", [...bootstrap, debianSuite, target]);
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const tail = String(error.stderr).split("\n").slice(-10).join("\n");
    throw new ToolchainError(`mmdebstrap could not make a Debian ${debianSuite} base:\n${tail}`);
  }
}
