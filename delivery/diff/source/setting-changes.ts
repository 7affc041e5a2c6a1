import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, LineCounter, parseDocument, type Node, type Pair } from "yaml";

/** One setting of a stack file that differs. Its value is not told: it may be a secret's ciphertext. */
export interface SettingChange {
  /** As written in the file: `fleet:platforms.bizosaas.services.crm.port`. */
  readonly setting: string;
  /** Where it stands now; where it stood in the base's file if it is gone. Counted from 1. */
  readonly line: number;
  readonly removed: boolean;
}

interface Setting {
  readonly value: unknown;
  readonly line: number;
}

/** The settings below `config` that differ between two texts of a stack file; comments and order do not count. */
export function settingChanges(before: string, after: string): readonly SettingChange[] {
  const [old, now] = [settings(before), settings(after)];
  const changed = [...now].filter(([setting, { value }]) => !isDeepStrictEqual(old.get(setting)?.value, value));
  const gone = [...old].filter(([setting]) => !now.has(setting) && !isReplaced(setting, now));
  return [
    ...changed
      .filter(([setting, { value }]) => value !== EMPTY || !isReplaced(setting, old))
      .map(([setting, { line }]) => ({ setting, line, removed: false })),
    ...gone.map(([setting, { line }]) => ({ setting, line, removed: true })),
  ];
}

// An empty section and the entries that take its place are one change, told by the entries.
const EMPTY = Symbol("an empty section");

function isReplaced(setting: string, others: ReadonlyMap<string, Setting>): boolean {
  return [...others.keys()].some((other) => other.startsWith(`${setting}.`));
}

function settings(text: string): ReadonlyMap<string, Setting> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const found = new Map<string, Setting>();
  const visit = (node: unknown, path: readonly string[], line: number) => {
    if (!isMap(node)) {
      found.set(path.join("."), { value: (node as Node | null)?.toJS(document) as unknown, line });
      return;
    }
    if (node.items.length === 0) found.set(path.join("."), { value: EMPTY, line });
    for (const pair of node.items) visitPair(pair, path);
  };
  const visitPair = ({ key, value }: Pair, path: readonly string[]) => {
    if (!isScalar(key)) return;
    // A secret is one setting, whatever the encryption calls its parts.
    const steps = key.value === "secure" ? path : [...path, String(key.value)];
    visit(value, steps, lines.linePos(key.range?.[0] ?? 0).line);
  };
  const config = document.get("config");
  if (isMap(config)) visit(config, [], 1);
  return found;
}
