/** A secret found where it must not be: which, and how it was written. Never the value. */
export interface Leak {
  readonly secret: string;
  readonly encoding: string;
}

/**
 * Every secret that stands in a text: as it is, or in base64 (at any offset of what it is a part of), hexadecimal or
 * percent-encoding.
 *
 * @param secrets values by name, each at least eight characters, or chance would find them.
 */
export function leaksIn(text: string, secrets: Readonly<Record<string, string>>): readonly Leak[] {
  const lower = text.toLowerCase();
  return Object.entries(secrets).flatMap(([secret, value]) => {
    if (value.length < 8) throw new Error(`${secret} is too short to be searched for.`);
    return Object.entries(exactForms(value))
      .filter(([, forms]) => forms.some((form) => text.includes(form)))
      .map(([encoding]) => encoding)
      .concat(
        Object.entries(caselessForms(value))
          .filter(([, form]) => lower.includes(form))
          .map(([encoding]) => encoding),
      )
      .map((encoding) => ({ secret, encoding }));
  });
}

function exactForms(value: string): Readonly<Record<string, readonly string[]>> {
  return {
    raw: [value],
    base64: [0, 1, 2].map((offset) => base64Middle(value, offset, "base64")),
    base64url: [0, 1, 2].map((offset) => base64Middle(value, offset, "base64url")),
  };
}

function caselessForms(value: string): Readonly<Record<string, string>> {
  const bytes = [...Buffer.from(value)].map((byte) => byte.toString(16).padStart(2, "0"));
  return {
    hexadecimal: bytes.join(""),
    "URL encoding": bytes.map((byte) => `%${byte}`).join(""),
    "URI component": encodeURIComponent(value).toLowerCase(),
  };
}

// Of base64's characters those at the ends depend on what stands before and after.
function base64Middle(value: string, offset: number, encoding: "base64" | "base64url"): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  const begin = [0, 2, 3][offset] ?? 0;
  return bytes.toString(encoding).slice(begin, Math.floor((bytes.length * 8) / 6));
}
