import { isDeepStrictEqual } from "node:util";
import { isMap, isNode, isScalar, parseDocument, stringify, type Document, type Pair, type YAMLMap } from "yaml";

const IMAGES = ["config", "fleet:images"];
const DIGESTS = "digests";

/**
 * The text of a stack file with other digests in `fleet:images.digests`, and everything else as it was, to the letter:
 * people read the difference in a review. Only where the section is written in braces is the file laid out anew.
 */
export function withDigests(text: string, digests: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  const sorted = Object.fromEntries(Object.entries(digests).sort(([a], [b]) => (a < b ? -1 : 1)));
  const images = document.getIn(IMAGES, true);
  const spliced = isMap(images) && images.flow !== true ? splice(text, images, sorted) : undefined;
  document.setIn([...IMAGES, DIGESTS], sorted);
  const isSame = spliced !== undefined && isDeepStrictEqual(contentOf(parseDocument(spliced)), contentOf(document));
  return isSame ? spliced : document.toString({ lineWidth: 0 });
}

function contentOf(document: Document): unknown {
  return document.errors.length > 0 ? document.errors : document.toJS();
}

function splice(text: string, images: YAMLMap, digests: Readonly<Record<string, string>>): string | undefined {
  const [first] = images.items;
  const present = images.items.find(({ key }) => isScalar(key) && key.value === DIGESTS);
  const last = present ?? images.items.at(-1);
  const start = first && keyStart(first);
  const end = last && lineAfter(text, last);
  if (start === undefined || end === undefined) return undefined;
  const indent = " ".repeat(start - lineStart(text, start));
  const lines = stringify({ [DIGESTS]: digests }, { lineWidth: 0 }).replaceAll(/^(?=.)/gm, indent);
  const from = present ? lineStart(text, keyStart(present) ?? end) : end;
  const before = text.slice(0, from);
  return `${before}${before.endsWith("\n") ? "" : "\n"}${lines}${text.slice(end)}`;
}

function keyStart({ key }: Pair): number | undefined {
  return isNode(key) ? key.range?.[0] : undefined;
}

function lineStart(text: string, position: number): number {
  return text.lastIndexOf("\n", position - 1) + 1;
}

/** Where the line after a pair begins: after its value and a remark beside it. */
function lineAfter(text: string, { value }: Pair): number | undefined {
  const end = isNode(value) ? value.range?.[1] : undefined;
  if (end === undefined || text[end - 1] === "\n") return end;
  const newline = text.indexOf("\n", end);
  return newline < 0 ? text.length : newline + 1;
}
