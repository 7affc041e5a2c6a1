import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { parse } from "yaml";
import { REGISTRY_PASSWORD } from "../../model/resolve/image-issues.ts";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { ENCRYPTION_KEYS } from "./state-encryption.ts";

/** A stack opened with the executable that opened it. */
export interface OpenedStack {
  readonly stack: Stack;
  readonly pulumi: string;
}

/**
 * Has the engine encrypt a value into its copy of the stack file. By stdin: the Automation API would pass it as an argument,
 * which every process of the machine can read.
 *
 * @param key as in `fleet:secrets.bizosaas.OPENAI_API_KEY`.
 */
export async function configureSecret({ stack, pulumi }: OpenedStack, key: string, value: string): Promise<void> {
  const { workDir, envVars } = stack.workspace;
  await execa(pulumi, ["config", "set", "--secret", "--path", key, "--stack", stack.name, "--non-interactive"], {
    cwd: workDir,
    env: envVars,
    input: value,
  });
}

/** What the engine's copy of the stack file holds of a secret, and what else its decryption takes. */
export async function configuredSecret(
  { stack }: OpenedStack,
  path: readonly string[],
): Promise<{ readonly ciphertext: string; readonly encryption: Readonly<Record<string, string>> }> {
  const file = join(stack.workspace.workDir, `Pulumi.${stack.name}.yaml`);
  const content: unknown = parse(await readFile(file, "utf8"));
  const settings = isPlainObject(content) ? content : {};
  const secret = path.reduce<unknown>((at, key) => (isPlainObject(at) ? at[key] : undefined), settings["config"]);
  const ciphertext = isPlainObject(secret) ? secret["secure"] : undefined;
  if (typeof ciphertext !== "string") throw new Error(`The engine has not encrypted ${path.join(".")}.`);
  return { ciphertext, encryption: encryptionOf(settings) };
}

function encryptionOf(settings: PlainObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ENCRYPTION_KEYS.flatMap((key) => {
      const value = settings[key];
      return typeof value === "string" ? [[key, value]] : [];
    }),
  );
}

/** The password of the account that pushes images, decrypted. */
export async function registryPassword(stack: Stack): Promise<string> {
  const { value } = await stack.getConfig(`fleet:secrets.${REGISTRY_PASSWORD}`, true);
  return value;
}
