import { createHash } from "node:crypto";

/** The bound that bites: labels, Services and namespaces are DNS labels of at most 63 characters (RFC 1123). */
export const NAME_LIMIT = 63;

/** What an object name may look like, as an RFC 1123 label. */
export const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const HASH_LENGTH = 8;

/**
 * Joins the parts with `-` into a name of at most `limit` characters.
 *
 * A name that would be longer keeps its head and ends in a hash of the whole, so that two long names never become one.
 */
export function boundedName(parts: readonly string[], limit: number = NAME_LIMIT): string {
  const name = parts.filter((part) => part !== "").join("-");
  if (name.length <= limit) return name;
  const hash = nameHash(name);
  const head = name.slice(0, limit - HASH_LENGTH - 1).replace(/-+$/, "");
  return `${head}-${hash}`;
}

/** The name of the Secret that an external store fills beside one of the program's own. */
export function fromStore(name: string): string {
  return boundedName([name, "from-store"]);
}

/** A short hash of a name, for what stands in its place where it is too long or has characters that are not allowed. */
export function nameHash(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, HASH_LENGTH);
}
