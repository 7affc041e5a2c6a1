import { readdirSync } from "node:fs";
import { inventory } from "../../model/inventory.ts";
import { inventoryMarkdown } from "../../model/inventory-markdown.ts";
import { canonicalFiles } from "../../model/render/canonical.ts";
import { fingerprints } from "../../model/render/fingerprint.ts";
import { renderStack } from "../../model/render/stack.ts";
import { secretsOf } from "../../model/resolve/secrets-of.ts";
import { stackFileJsonSchema } from "../../model/settings/json-schema.ts";
import { referenceMarkdown } from "../../model/settings/reference-markdown.ts";
import { settingReferences } from "../../model/settings/reference.ts";
import { catalogue } from "../../services/catalogue.ts";
import { invalidInput } from "./failure.ts";
import { loadStack, ROOT, storedSecrets } from "./stack-file.ts";

/** Where the golden stacks stand: one folder a stack, one file an object. */
export const GOLDEN_STACKS = "test/stacks";

// Known to everybody, so that every machine writes the same files: they tell that a ciphertext changed, and hide no more
// than the stack file itself does.
const GOLDEN_KEY = Buffer.from("fleet's golden stacks");

/** Every file in the repository that is generated: its text by its path from the root. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const entries = inventory(catalogue);
  if (!entries.ok) throw invalidInput(entries.issues);
  return new Map([
    ["SERVICE_INVENTORY.md", inventoryMarkdown(entries.value)],
    ["docs/configuration.md", referenceMarkdown(settingReferences())],
    ["schema/stack.schema.json", `${JSON.stringify(stackFileJsonSchema(), null, 2)}\n`],
    ...stackNames().flatMap(goldenStack),
  ]);
}

/** The stacks that the repository describes. */
export function stackNames(): readonly string[] {
  return readdirSync(ROOT).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

function goldenStack(stack: string): (readonly [string, string])[] {
  const { file, resolved } = loadStack(stack, { assumeSecrets: true });
  const replace = fingerprints({
    images: resolved.images,
    secrets: secretsOf(resolved),
    configured: storedSecrets(file),
    key: GOLDEN_KEY,
  });
  return canonicalFiles(renderStack(resolved), replace).map(
    ({ path, yaml }) => [`${GOLDEN_STACKS}/${stack}/${path}`, yaml] as const,
  );
}
