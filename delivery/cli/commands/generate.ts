import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExitCode } from "../exit-code.ts";
import { generatedFiles, GOLDEN_STACKS } from "../generated-files.ts";
import { ROOT } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet generate` is asked for. */
export interface GenerateArguments {
  readonly json: boolean;
  /** Only say which files are out of date. */
  readonly check: boolean;
}

/** Writes every generated file that is out of date, and removes golden objects that no stack renders any more. */
export function generate(args: GenerateArguments, terminal: Terminal): ExitCode {
  const files = generatedFiles();
  const outdated = [...files].filter(([path, text]) => textOf(path) !== text);
  const surplus = goldenFiles().filter((path) => !files.has(path));
  if (!args.check) {
    for (const [path, text] of outdated) {
      mkdirSync(dirname(join(ROOT, path)), { recursive: true });
      writeFileSync(join(ROOT, path), text);
    }
    for (const path of surplus) rmSync(join(ROOT, path));
  }
  const changed = [...outdated.map(([path]) => path), ...surplus];
  if (args.json) terminal.result(JSON.stringify({ files: files.size, changed }, null, 2));
  else if (changed.length === 0) terminal.result(`All ${files.size} generated files are up to date.`);
  else
    terminal.result([`${args.check ? "Out of date" : "Written"}:`, ...changed.map((path) => `  ${path}`)].join("\n"));
  return args.check && changed.length > 0 ? ExitCode.changes : ExitCode.ok;
}

function textOf(path: string): string | undefined {
  return existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : undefined;
}

/** Every golden object on disk, by its path from the root. */
export function goldenFiles(): readonly string[] {
  const folder = join(ROOT, GOLDEN_STACKS);
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.filter((entry) => entry.endsWith(".yaml")).map((entry) => `${GOLDEN_STACKS}/${entry}`);
}
