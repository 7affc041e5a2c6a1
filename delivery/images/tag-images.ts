import { resolve } from "node:path";
import { imageTags } from "../../model/image-tags.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { parseReference } from "../registry/reference.ts";
import { RegistryError } from "../registry/registry-error.ts";
import { openRepository } from "../registry/repository.ts";
import type { RegistryAccount } from "../registry/requests.ts";
import { sourceRevision } from "./source-revision.ts";

/** What it takes to tag what an update has built. */
export interface TagOptions {
  readonly images: ResolvedStack["images"];
  /** References by digest, by image key, as the update reported them. */
  readonly built: Readonly<Record<string, string>>;
  /** Folder that build contexts are relative to. */
  readonly root: string;
  readonly account?: RegistryAccount;
  readonly signal: AbortSignal;
}

/**
 * Tags each image that a stack builds with the last commit and the branch of its source; returns what could not be.
 *
 * It comes after the update and is no part of it: a tag that were an input of the build would rebuild unchanged sources at
 * each commit, and no tag is worth a failed update, because pods name digests.
 */
export async function tagImages({ images, built, root, account, signal }: TagOptions): Promise<readonly string[]> {
  const tagged = await Promise.all(
    Object.entries(images).map(async ([key, image]) => {
      const reference = parseReference(built[key] ?? "");
      if (image.kind !== "build" || !reference) return undefined;
      const { commit, branch } = imageTags(await sourceRevision(resolve(root, image.context), signal));
      const repository = openRepository(reference, account);
      try {
        for (const tag of [commit, branch]) if (tag !== undefined) await repository.tag(reference.digest, tag);
        return undefined;
      } catch (error) {
        if (error instanceof RegistryError) return `${key}: ${error.message}`;
        throw error;
      }
    }),
  );
  return tagged.filter((problem) => problem !== undefined);
}
