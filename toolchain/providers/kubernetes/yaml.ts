import { parseAllDocuments } from "yaml";
import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values.ts";
import { inNamespace } from "./naming.ts";

/**
 * The function behind ConfigFile and ConfigGroup: the objects of a YAML text, items of lists included.
 *
 * `defaultNamespace` is given to those that name none, as in the official provider.
 */
export function decodeYaml(args: PropertyMap): PropertyMap {
  const text = typeof args["text"] === "string" ? args["text"] : "";
  const namespace = typeof args["defaultNamespace"] === "string" ? args["defaultNamespace"] : "";
  const documents = parseAllDocuments(text);
  const parsed = Array.isArray(documents) ? documents : [];
  for (const document of parsed) {
    const [problem] = document.errors;
    if (problem) throw new Error(`the YAML cannot be read: ${problem.message}`);
  }
  const objects = parsed.flatMap((document) => items(document.toJS() as PropertyValue));
  return { result: objects.map((object) => (namespace === "" ? object : inNamespace(object, namespace))) };
}

function items(value: PropertyValue): PropertyMap[] {
  if (!isMap(value)) return [];
  const kind = value["kind"];
  const list = value["items"];
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(list) ? list.flatMap(items) : [value];
}
