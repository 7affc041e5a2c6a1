import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { isPlainObject } from "../../model/overlay.ts";

/** The engine's mark of a secret in its state (`SigKey` and `SecretSig` in the SDK's `resource/sig.go`). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Shorter ones could not be told from ordinary words. */
const SHORTEST = 8;

/** Every secret value that a stack knows: of its configuration and of its state, in the clear, to be masked in logs. */
export async function secretValues(stack: Stack): Promise<readonly string[]> {
  const [configuration, state] = await Promise.all([stack.getAllConfig(), stack.exportStack()]);
  const configured = Object.values(configuration).flatMap(({ value, secret }) => (secret ? [parsed(value)] : []));
  const found = [...configured.flatMap(strings), ...secretsIn(state.deployment)];
  return [...new Set(found)].filter((value) => value.length >= SHORTEST);
}

/** The values of every secret in an exported deployment, wherever it stands. */
export function secretsIn(data: unknown): readonly string[] {
  if (Array.isArray(data)) return data.flatMap(secretsIn);
  if (!isPlainObject(data)) return [];
  const { plaintext } = data;
  if (data[SIGNATURE] === SECRET && typeof plaintext === "string") return strings(parsed(plaintext));
  return Object.values(data).flatMap(secretsIn);
}

function strings(data: unknown): readonly string[] {
  if (typeof data === "string") return [data];
  return typeof data === "object" && data !== null ? Object.values(data).flatMap(strings) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
