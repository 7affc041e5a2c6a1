import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";

/** What the stack runs by its last update: references by digest, by image key. Empty where it never came up. */
export async function reportedImages(stack: Stack): Promise<Readonly<Record<string, string>>> {
  const { images } = await outputsOf(stack);
  if (!isPlainObject(images)) return {};
  return Object.fromEntries(
    Object.entries(images).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
}

/**
 * What a stack's last update reported, secrets still encrypted. Not by the Automation API's own export, which decrypts them
 * all and so wants the passphrase of a stack that is only read.
 */
async function outputsOf({ name, workspace }: Stack): Promise<PlainObject> {
  const { workDir, envVars } = workspace;
  const command = ["stack", "export", "--stack", name, "--non-interactive"];
  const { stdout } = await execa(workspace.pulumiCommand.command, command, { cwd: workDir, env: envVars });
  const exported: unknown = JSON.parse(stdout);
  const deployment = isPlainObject(exported) ? exported["deployment"] : undefined;
  const resources = isPlainObject(deployment) ? deployment["resources"] : undefined;
  if (!Array.isArray(resources)) return {};
  const root = (resources as readonly unknown[]).find(
    (resource) => isPlainObject(resource) && resource["type"] === "pulumi:pulumi:Stack",
  );
  const outputs = isPlainObject(root) ? root["outputs"] : undefined;
  return isPlainObject(outputs) ? outputs : {};
}
