import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { GitError, simpleGit, type SimpleGit } from "simple-git";
import type { SourceRevision } from "../model/image-tags.ts";
import type { ResolvedImage } from "../model/resolve/resolved.ts";

/**
 * What git says of each folder that an image is built from, by build context. Folders outside of any repository, or with
 * nothing in them that was ever committed, are left out. Where git itself fails, that is a warning: tags are for people.
 *
 * @param root Folder that build contexts are relative to.
 */
export async function readRevisions(
  root: string,
  images: Readonly<Record<string, ResolvedImage>>,
): Promise<Readonly<Record<string, SourceRevision>>> {
  const contexts = new Set(Object.values(images).flatMap((image) => (image.kind === "build" ? [image.context] : [])));
  const read = await Promise.all(
    [...contexts].map(async (context) => [context, await revisionOf(root, context)] as const),
  );
  return Object.fromEntries(read.flatMap(([context, revision]) => (revision ? [[context, revision]] : [])));
}

async function revisionOf(root: string, context: string): Promise<SourceRevision | undefined> {
  const folder = resolve(root, context);
  if (!existsSync(folder)) return undefined;
  try {
    return await ask(simpleGit(folder));
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const reason = error.message.trim().split("\n")[0] ?? "";
    await pulumi.log.warn(`No tags by commit and branch for what is built from ${context}: ${reason}`);
    return undefined;
  }
}

async function ask(git: SimpleGit): Promise<SourceRevision | undefined> {
  if (!(await git.checkIsRepo())) return undefined;
  const status = await git.status(["--", "."]);
  const isUnborn = (await git.raw("rev-list", "--max-count=1", "--all")).trim() === "";
  const commit = isUnborn ? "" : (await git.raw("rev-list", "--max-count=1", "HEAD", "--", ".")).trim();
  if (commit === "") return undefined;
  const branch = status.detached ? null : status.current;
  return { commit, dirty: !status.isClean(), ...(branch === null ? {} : { branch }) };
}
