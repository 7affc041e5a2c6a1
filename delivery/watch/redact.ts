/** Replaces secrets in text that leaves fleet. */
export type Redact = (text: string) => string;

const MASK = "[secret]";
/** Shorter values are replaced only as whole words, or a password "a" would shred every line. */
const SHORT = 4;
/** Fragments of Base64 shorter than this are too likely to occur by chance. */
const SHORTEST_FRAGMENT = 8;

/**
 * Masks known secret values: as they are, line by line where they have several, as Base64 (alone or in the middle of
 * other encoded text, as in a Basic authorization header), percent-encoded (connection strings), and as JSON strings.
 */
export function redactor(secrets: readonly string[]): Redact {
  const values = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/).filter((line) => line.length >= 8)]);
  const patterns = [...new Set(values.flatMap(spellings))]
    .filter((text) => text.trim() !== "")
    .sort((a, b) => b.length - a.length)
    .map((text) => (text.length < SHORT ? `(?<!\\w)${escaped(text)}(?!\\w)` : escaped(text)));
  if (patterns.length === 0) return (text) => text;
  const pattern = new RegExp(patterns.join("|"), "g");
  return (text) => text.replace(pattern, MASK);
}

function spellings(value: string): readonly string[] {
  return [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString("base64"),
    Buffer.from(value).toString("base64").replace(/=+$/, ""),
    Buffer.from(value).toString("base64url"),
    ...[0, 1, 2].map((offset) => base64Middle(value, offset)).filter((text) => text.length >= SHORTEST_FRAGMENT),
  ];
}

/** The characters of Base64 that depend on the value alone when so many bytes (modulo 3) come before it. */
function base64Middle(value: string, offset: number): string {
  const bytes = Buffer.from(value);
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  return encoded.slice(first, end);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

/** Redacts every string in plain data; keys and other values stay. */
export function redactAll<T>(data: T, redact: Redact): T {
  return mapStrings(data, redact) as T;
}

function mapStrings(data: unknown, redact: Redact): unknown {
  if (typeof data === "string") return redact(data);
  if (Array.isArray(data)) return data.map((item) => mapStrings(item, redact));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mapStrings(value, redact)]));
}
