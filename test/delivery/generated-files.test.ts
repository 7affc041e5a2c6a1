import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { goldenFiles } from "../../delivery/cli/commands/generate.ts";
import { generatedFiles, GOLDEN_STACKS, stackNames } from "../../delivery/cli/generated-files.ts";
import { ROOT } from "../../delivery/cli/stack-file.ts";

const HOW = "Review what differs; if it is meant, `npm run generate` writes it.";

const generated = generatedFiles();
const onDisk = (path: string) => (existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : undefined);

/** What differs between the files on disk and those generated now; only these are compared, so that the diff is short. */
function differing(of: (path: string) => boolean): { readonly old: object; readonly now: object } {
  const paths = [...new Set([...generated.keys(), ...goldenFiles()])].filter(of);
  const changed = paths.filter((path) => onDisk(path) !== generated.get(path));
  const lines = (text: string | undefined) => text?.split("\n");
  return {
    old: Object.fromEntries(changed.map((path) => [path, lines(onDisk(path))])),
    now: Object.fromEntries(changed.map((path) => [path, lines(generated.get(path))])),
  };
}

describe("what is generated is up to date", () => {
  it.each(["SERVICE_INVENTORY.md", "docs/configuration.md", "schema/stack.schema.json"])("in %s", (file) => {
    const { old, now } = differing((path) => path === file);
    expect(now, HOW).toEqual(old);
  });

  it.each(stackNames())("in the golden stack %s", (stack) => {
    const { old, now } = differing((path) => path.startsWith(`${GOLDEN_STACKS}/${stack}/`));
    expect(now, HOW).toEqual(old);
  });
});
