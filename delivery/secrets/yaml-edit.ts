import { isMap, isScalar, parseDocument, stringify, type Document, type YAMLMap } from "yaml";

/**
 * Sets one value in YAML text and leaves everything else as its author wrote it, comments and layout too: what is
 * reviewed afterwards is this change and no other.
 *
 * @param value written in flow style on one line.
 */
export function setInYaml(text: string, path: readonly string[], value: unknown): string {
  const document = parseDocument(text);
  const existing = document.getIn(path, true);
  const range = rangeOf(existing);
  if (range && !(isScalar(existing) && existing.value === null)) {
    return text.slice(0, range[0]) + flow(value) + text.slice(range[1]);
  }
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const parent = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    const [key = "", ...below] = path.slice(depth);
    // An empty map that is written in block style, `platform:`, has no place to show where its entries begin.
    if (!isMap(parent) || parent.items.length === 0) continue;
    if (parent.has(key)) break;
    const nested = below.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    return insertFirst(text, parent, `${key}: ${flow(nested)}`);
  }
  return rewritten(document, path, value);
}

function insertFirst(text: string, map: YAMLMap, entry: string): string {
  const first = rangeOf(map.items[0]?.key);
  const start = first?.[0] ?? 0;
  if (map.flow === true) return `${text.slice(0, start)}${entry}, ${text.slice(start)}`;
  const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  return `${text.slice(0, start)}${entry}\n${indent}${text.slice(start)}`;
}

function rewritten(document: Document.Parsed, path: readonly string[], value: unknown): string {
  path.forEach((_, index) => {
    const parent = path.slice(0, index);
    if (index > 0 && !isMap(document.getIn(parent, true))) document.setIn(parent, document.createNode({}));
  });
  document.setIn(path, document.createNode(value, { flow: true }));
  return document.toString({ lineWidth: 0 });
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return typeof node === "object" && node !== null && "range" in node
    ? ((node.range as readonly [number, number, number] | null | undefined) ?? undefined)
    : undefined;
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
}
