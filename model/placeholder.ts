/**
 * What only the engine knows when the objects are rendered: an image's digest, a secret's value, a keyed hash.
 *
 * A placeholder stands inside an ordinary string, so that a connection string can hold a password that does not exist
 * yet. Components put the engine's value in its place; `fleet render` puts a fingerprint there.
 */
export type Placeholder =
  | { readonly kind: "image"; readonly key: string }
  | { readonly kind: "secret"; readonly key: string }
  | { readonly kind: "secretHash"; readonly key: string };

// Private-use characters: no configuration value has them, and the settings schema refuses them.
const OPEN = "\u{E000}";
const CLOSE = "\u{E001}";
const PATTERN = new RegExp(`${OPEN}(image|secret|secretHash):([^${CLOSE}]*)${CLOSE}`, "gu");

/** True for text that could be taken for a placeholder, and so must not come from outside. */
export function hasReservedCharacters(text: string): boolean {
  return text.includes(OPEN) || text.includes(CLOSE);
}

/** The reference by digest (`registry/repository@sha256:…`) of the image with this key. */
export function imagePlaceholder(key: string): string {
  return `${OPEN}image:${key}${CLOSE}`;
}

/** The value of the secret with this key. */
export function secretPlaceholder(key: string): string {
  return `${OPEN}secret:${key}${CLOSE}`;
}

/** A keyed hash over the values of all secrets named, for the pod template: a changed secret rolls its readers. */
export function secretHashPlaceholder(keys: readonly string[]): string {
  return `${OPEN}secretHash:${[...keys].sort().join(",")}${CLOSE}`;
}

/** A string taken apart: literal text and placeholders, in order. */
export type Fragment = string | Placeholder;

/** Takes a string apart at its placeholders; a string without any comes back as its own single fragment. */
export function fragments(text: string): readonly Fragment[] {
  // Most strings have none, and there are tens of thousands of them.
  if (!text.includes(OPEN)) return [text];
  const parts: Fragment[] = [];
  let end = 0;
  for (const match of text.matchAll(PATTERN)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push({ kind: match[1] as Placeholder["kind"], key: match[2] ?? "" });
    end = match.index + match[0].length;
  }
  if (end < text.length || parts.length === 0) parts.push(text.slice(end));
  return parts;
}

/** Plain data with text in place of every placeholder. What has none stays what it is. */
export function replacePlaceholders(data: unknown, replace: (placeholder: Placeholder) => string): unknown {
  if (typeof data === "string") {
    return fragments(data)
      .map((part) => (typeof part === "string" ? part : replace(part)))
      .join("");
  }
  if (Array.isArray(data)) return data.map((item) => replacePlaceholders(item, replace));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, replacePlaceholders(value, replace)]));
}

/** Every placeholder anywhere in plain data, without repeats. */
export function placeholdersIn(data: unknown): readonly Placeholder[] {
  const found = new Map<string, Placeholder>();
  visitStrings(data, (text) => {
    for (const part of fragments(text)) {
      if (typeof part !== "string") found.set(`${part.kind}:${part.key}`, part);
    }
  });
  return [...found.values()];
}

function visitStrings(data: unknown, visit: (text: string) => void): void {
  if (typeof data === "string") visit(data);
  else if (Array.isArray(data)) for (const item of data) visitStrings(item, visit);
  else if (typeof data === "object" && data !== null)
    for (const value of Object.values(data)) visitStrings(value, visit);
}
