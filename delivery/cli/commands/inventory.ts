import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inventoryMarkdown } from "../../../model/inventory-markdown.ts";
import { inventory as inventoryOf } from "../../../model/inventory.ts";
import { catalogue } from "../../../services/catalogue.ts";
import { ExitCode } from "../exit-code.ts";
import { invalidInput } from "../failure.ts";
import { ROOT } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet inventory` is asked for. */
export interface InventoryArguments {
  readonly json: boolean;
  /** Only say whether the file is up to date. */
  readonly check: boolean;
}

const FILE = "SERVICE_INVENTORY.md";

/** Writes the catalogue's inventory, prints it as data, or says whether the file on disk still holds. */
export function inventory(args: InventoryArguments, terminal: Terminal): ExitCode {
  const entries = inventoryOf(catalogue);
  if (!entries.ok) throw invalidInput(entries.issues);
  const path = join(ROOT, FILE);
  const text = inventoryMarkdown(entries.value);
  const current = existsSync(path) && readFileSync(path, "utf8") === text;

  if (args.json) terminal.result(JSON.stringify(entries.value, null, 2));
  else if (current) terminal.result(`${FILE} is up to date.`);
  else if (args.check) terminal.result(`${FILE} is out of date: run npx fleet inventory.`);
  else {
    writeFileSync(path, text);
    terminal.result(`${FILE} is written.`);
  }
  return args.check && !current ? ExitCode.changes : ExitCode.ok;
}
