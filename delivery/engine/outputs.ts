import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { isPlainObject, type PlainObject } from "../../model/overlay.ts";

/** What a stack's last update reported, secrets still encrypted: no passphrase is needed to read the rest. */
export async function outputsOf(stack: Stack): Promise<PlainObject> {
  const exported: { readonly deployment?: unknown } = await stack.exportStack();
  const resources = isPlainObject(exported.deployment) ? exported.deployment["resources"] : undefined;
  if (!Array.isArray(resources)) return {};
  const root = (resources as readonly unknown[]).find(
    (resource) => isPlainObject(resource) && resource["type"] === "pulumi:pulumi:Stack",
  );
  const outputs = isPlainObject(root) ? root["outputs"] : undefined;
  return isPlainObject(outputs) ? outputs : {};
}
