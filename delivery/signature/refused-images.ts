import type { Issue } from "../../model/issue.ts";
import { unpinnedImages } from "../../model/resolve/image-issues.ts";
import { pinnedImages } from "../../model/resolve/pinned-images.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { parseReference } from "../registry/reference.ts";

/**
 * What keeps a stack's images from being deployed: that it builds nothing and lacks a digest, or pins an image that its
 * keys do not vouch for. A stack that names no key asks for no signature.
 *
 * What an update builds itself is not asked about: its digest goes from the builder to the pods through no other hands.
 */
export async function refusedImages(stack: ResolvedStack): Promise<readonly Issue[]> {
  const { verification } = stack;
  const unpinned = unpinnedImages(stack);
  if (verification === undefined) return unpinned;
  // Loaded only where there is something to verify: most runs have nothing, and every run would pay for it.
  const { verifyImage } = await import("./verify.ts");
  const issues = await Promise.all(
    pinnedImages(stack).map(async ({ path, reference }): Promise<Issue[]> => {
      const image = parseReference(reference);
      const { problem } = image
        ? await verifyImage(image, verification.publicKeys)
        : { problem: "it names no image by digest" };
      return problem === undefined ? [] : [refusal(path, reference, problem)];
    }),
  );
  return [...unpinned, ...issues.flat()];
}

function refusal(path: string, reference: string, problem: string): Issue {
  return {
    path,
    problem: `the image is refused: ${problem}`,
    value: reference,
    allowed: "an image that a key of fleet:images.verification.publicKeys has signed, by its digest",
    fix: `pin a digest that was signed; or, if you vouch for this one: fleet images sign ${reference} --key FILE`,
  };
}
