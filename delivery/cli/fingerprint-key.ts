import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { machinePaths } from "../../toolchain/paths.ts";

const KEY_BYTES = 32;

/**
 * The key of a stack's fingerprints, made on first use and kept beside the stack's other state on this machine. With
 * another key, or on another machine, the same secret has another fingerprint.
 */
export function fingerprintKey(stack: string): Uint8Array {
  const folder = join(machinePaths().state, "stacks", stack);
  const file = join(folder, "fingerprint-key");
  if (existsSync(file)) return readFileSync(file);
  const key = randomBytes(KEY_BYTES);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}
