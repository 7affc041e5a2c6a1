import { gzipSync } from "node:zlib";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";

/** A layer of these files, as a registry keeps it. */
export async function layerOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return gzipSync(await buffer(archive));
}

/** A paragraph of dpkg's status file. */
export function debianPackage(name: string, version: string, state = "install ok installed"): string {
  return [
    `Package: ${name}`,
    `Status: ${state}`,
    "Maintainer: Somebody <somebody@example.org>",
    "Architecture: amd64",
    `Version: ${version}`,
    "Description: a package",
    " with a second line",
    "",
    "",
  ].join("\n");
}
