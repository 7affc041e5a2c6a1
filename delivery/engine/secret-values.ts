import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { isPlainObject } from "../../model/overlay.ts";

/** A secret in the engine's state. It is compared, and never shown. */
export class SecretValue {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

// Pulumi: resource property signatures.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Shorter ones could not be told from ordinary words. */
const SHORTEST = 8;

/** Every secret value that a stack knows: of its configuration and of its state, in the clear, to be masked in logs. */
export async function secretValues(stack: Stack): Promise<readonly string[]> {
  const [configuration, state] = await Promise.all([stack.getAllConfig(), stack.exportStack()]);
  const configured = Object.values(configuration).flatMap(({ value, secret }) => (secret ? [parsed(value)] : []));
  const found = [...textsIn(configured), ...secretTexts(unwrapped(state.deployment))];
  return [...new Set(found)].filter((value) => value.length >= SHORTEST);
}

/** Plain data of a state that was exported with its secrets in the clear, each of them as a {@link SecretValue}. */
export function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (!isPlainObject(value)) return value;
  if (value[SIGNATURE] === SECRET) {
    const { plaintext } = value;
    return new SecretValue(typeof plaintext === "string" ? (JSON.parse(plaintext) as unknown) : undefined);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrapped(item)]));
}

/** Every text that the state holds as a secret, to be masked wherever else it turns up. */
export function secretTexts(value: unknown): readonly string[] {
  if (value instanceof SecretValue) return textsIn(value.value);
  if (Array.isArray(value)) return (value as readonly unknown[]).flatMap(secretTexts);
  return isPlainObject(value) ? Object.values(value).flatMap(secretTexts) : [];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value, Buffer.from(value, "base64").toString("utf8")];
  if (Array.isArray(value)) return (value as readonly unknown[]).flatMap(textsIn);
  return isPlainObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
