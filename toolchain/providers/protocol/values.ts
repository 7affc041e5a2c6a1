/** A property as it crosses the wire: JSON, with secrets and unknowns as the markers below. */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | PropertyMap;
/** The properties of a resource. */
export interface PropertyMap {
  [key: string]: PropertyValue;
}

// Source: pulumi/sdk/go/common/resource/plugin/rpc.go and sdk/nodejs/runtime/rpc.ts.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWNS: ReadonlySet<string> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** What stands for a value that is not known yet, during a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isUnknown(value: PropertyValue | undefined): boolean {
  return typeof value === "string" && UNKNOWNS.has(value);
}

export function isSecret(value: PropertyValue | undefined): boolean {
  return isMap(value) && value[SIGNATURE] === SECRET;
}

/** Marks a value as secret, so that the engine encrypts it in the state and masks it in all it prints. */
export function secret(value: PropertyValue): PropertyValue {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** Whether a secret is anywhere inside. */
export function hasSecret(value: PropertyValue | undefined): boolean {
  return some(value, isSecret);
}

/** Whether an unknown is anywhere inside. */
export function hasUnknown(value: PropertyValue | undefined): boolean {
  return some(value, isUnknown);
}

function some(value: PropertyValue | undefined, test: (value: PropertyValue) => boolean): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  return isMap(value) && Object.values(value).some((item) => some(item, test));
}

/** The same value without its secret marks. Only for what goes to an API, never for what is printed or returned. */
export function revealed(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(revealed);
  if (!isMap(value)) return value;
  if (isSecret(value)) return revealed(value["value"] ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revealed(item)]));
}

/** `revealed` for the properties of a resource. */
export function revealedMap(map: PropertyMap): PropertyMap {
  const value = revealed(map);
  return isMap(value) ? value : {};
}

/** Every secret string inside, so that messages which quote the input can be masked. */
export function secretStrings(value: PropertyValue | undefined, within = false): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === "string") return within ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => secretStrings(item, within));
  if (!isMap(value)) return [];
  if (isSecret(value)) return secretStrings(value["value"], true);
  return Object.values(value).flatMap((item) => secretStrings(item, within));
}

/** A message in which none of `secrets` is legible. Strings under four characters are left: they would mask words. */
export function masked(message: string, secrets: readonly string[]): string {
  return [...secrets]
    .filter((text) => text.length >= 4)
    .sort((a, b) => b.length - a.length)
    .reduce((text, hidden) => text.replaceAll(hidden, "[secret]"), message);
}

/**
 * `outputs` with the secret marks of `inputs` at the same places.
 *
 * An array with one secret element is secret as a whole, as in the official provider: its order may change.
 */
export function withSecretsOf(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  const marked: PropertyMap = { ...outputs };
  for (const [key, input] of Object.entries(inputs)) {
    const output = marked[key];
    if (output === undefined || isSecret(output)) continue;
    if (isMap(output) && isMap(input) && !isSecret(input)) marked[key] = withSecretsOf(output, input);
    else if (hasSecret(input)) marked[key] = secret(output);
  }
  return marked;
}
