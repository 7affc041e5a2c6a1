import { reportedImages } from "../engine/outputs.ts";
import { parseReference, type ImageReference } from "../registry/reference.ts";
import { ExitCode } from "./exit-code.ts";
import { CommandError, invalidInput } from "./failure.ts";
import { prepareCluster, prepareEngine } from "./preparation.ts";
import { loadStack } from "./stack-file.ts";
import type { Terminal } from "./terminal.ts";

/** The images that somebody names on the command line, or the command's end where one is not named by digest. */
export function namedImages(references: readonly string[]): readonly ImageReference[] {
  const named = references.map((reference) => ({ reference, image: parseReference(reference) }));
  const issues = named.flatMap(({ reference, image }) =>
    image
      ? []
      : [
          {
            path: "image",
            problem: "names no image by digest",
            value: reference,
            allowed: "registry/repository@sha256: and 64 hexadecimal digits",
            fix: "give the digest: docker buildx imagetools inspect IMAGE, or crane digest IMAGE",
          },
        ],
  );
  if (issues.length > 0) throw invalidInput(issues);
  return named.flatMap(({ image }) => (image ? [image] : []));
}

/** The images of a stack as its last update deployed them: those it pins and those it built. */
export async function deployedImages(stackName: string, terminal: Terminal): Promise<readonly ImageReference[]> {
  const { file, resolved } = loadStack(stackName);
  const pinned = Object.values(resolved.images).flatMap((image) => (image.kind === "pinned" ? [image.reference] : []));
  const all = Object.keys(resolved.images).length;
  const references = pinned.length === all ? pinned : await builtImages();
  const images = [...new Set(references)].flatMap((reference) => parseReference(reference) ?? []);
  if (images.length > 0) return images;
  throw new CommandError(
    `The stack ${stackName} has deployed no image.\n  fix: fleet up --stack ${stackName}, or name images by digest`,
    ExitCode.invalid,
  );

  // Only the engine's state knows what a build's digest was.
  async function builtImages(): Promise<readonly string[]> {
    const prepared = await prepareCluster(resolved, terminal);
    const { stack } = await prepareEngine(file, resolved, prepared, terminal);
    return Object.values(await reportedImages(stack));
  }
}
