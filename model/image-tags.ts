import { boundedName, nameHash } from "./name.ts";

/** What git says of the folder that an image is built from. */
export interface SourceRevision {
  /** The last commit that touches anything in the folder, in full. */
  readonly commit: string;
  /** Whether the folder holds what no commit does. */
  readonly dirty: boolean;
  /** The branch that is checked out; none where a commit is. */
  readonly branch?: string;
}

/** The tags that an image gets besides its stack's, for people: pods name the digest. */
export interface ImageTags {
  /** The commit's first twelve digits, and `-dirty` where the folder held more than that. */
  readonly commit?: string;
  /** The branch's name, as far as a tag can hold it, and `-dirty` likewise. */
  readonly branch?: string;
}

// OCI Distribution Specification: [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}.
const TAG_LIMIT = 128;
const COMMIT_LENGTH = 12;
const DIRTY = "-dirty";

/** The tags of an image by its source's revision. A source that git knows nothing of has none. */
export function imageTags(revision: SourceRevision | undefined): ImageTags {
  if (!revision) return {};
  const { commit, branch, dirty } = revision;
  const suffix = dirty ? DIRTY : "";
  return {
    commit: `${commit.slice(0, COMMIT_LENGTH)}${suffix}`,
    ...(branch === undefined ? {} : { branch: `${branchTag(branch)}${suffix}` }),
  };
}

/** The tag of what a stack runs. Its prefix keeps it apart from a branch of the stack's name. */
export function stackTag(stack: string): string {
  return `stack-${stack}`;
}

/** Two branches never share a tag: where characters had to be replaced, a hash of the branch's name is added. */
function branchTag(branch: string): string {
  const valid = branch.replaceAll(/[^\w.-]+/g, "-").replace(/^[.-]+/, "");
  return boundedName(valid === branch ? [branch] : [valid, nameHash(branch)], TAG_LIMIT - DIRTY.length);
}
