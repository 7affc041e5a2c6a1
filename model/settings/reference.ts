import { standardSpecification } from "../declaration/specification.ts";
import { isPlainObject } from "../overlay.ts";
import { settingsJsonSchema, type SchemaNode } from "./json-schema.ts";

/** One setting, as `docs/configuration.md` lists it. */
export interface SettingReference {
  /** Its path below `fleet:`, with placeholders for names: `platforms.<platform>.services.<service>.replicas`. */
  readonly path: string;
  /** The kinds that a value may have, in words. */
  readonly allowed: string;
  /** What holds where a stack says nothing; "required" where it must say something. */
  readonly default: string;
  readonly meaning: string;
  readonly example?: unknown;
}

/** What another setting documents in its place: the defaults of a platform are those of each service. */
const DOCUMENTED_ELSEWHERE = new Set(["platforms.<platform>.defaults", "platforms.<platform>.canary.services"]);

/** What stands below these comes from a declaration, which stands on the house's standard. */
const DECLARED = ["platforms.<platform>.services.<service>.", "platforms.<platform>.datastores.<datastore>."];

/** Every setting that a stack file may have, in the order of the schema. */
export function settingReferences(): readonly SettingReference[] {
  return childReferences("", settingsJsonSchema(), undefined);
}

function references(path: string, node: SchemaNode, required: boolean, only: string | undefined): SettingReference[] {
  const { meaning, fallback } = parted(node.description ?? "");
  const own: SettingReference = {
    path,
    allowed: allowedBy(node),
    default: required ? "required" : (defaultOf(path, node) ?? fallback ?? unsaid(path)),
    meaning: [only === undefined ? "" : `Only with ${only}.`, meaning].filter((part) => part !== "").join(" "),
    ...(node.examples?.[0] === undefined ? {} : { example: node.examples[0] }),
  };
  return [own, ...(DOCUMENTED_ELSEWHERE.has(path) ? [] : childReferences(path, node, only))];
}

function childReferences(path: string, node: SchemaNode, only: string | undefined): SettingReference[] {
  const below = (name: string) => (path === "" ? name : `${path}.${name}`);
  if (node.oneOf) return unionReferences(node.oneOf, below);
  if (typeof node.additionalProperties === "object") {
    return childReferences(below(`<${node["x-key"] ?? "name"}>`), node.additionalProperties, only);
  }
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    references(below(name), child, node.required?.includes(name) ?? false, undefined),
  );
}

/** The discriminator once, with what each of its values means; then the settings of each. */
function unionReferences(variants: readonly SchemaNode[], below: (name: string) => string): SettingReference[] {
  const tagged = variants.flatMap((variant) => {
    const [name, tag] = Object.entries(variant.properties ?? {}).find(([, child]) => child.const !== undefined) ?? [];
    return name === undefined || tag?.const === undefined ? [] : [{ variant, name, value: tag.const, tag }];
  });
  const discriminator: SettingReference = {
    path: below(tagged[0]?.name ?? "kind"),
    allowed: tagged.map(({ value }) => `\`${value}\``).join(", "),
    default: "required",
    meaning: tagged.map(({ value, tag }) => `\`${value}\`: ${tag.description ?? ""}`).join(" "),
  };
  return [
    discriminator,
    ...tagged.flatMap(({ variant, name, value }) =>
      Object.entries(variant.properties ?? {})
        .filter(([child]) => child !== name)
        .flatMap(([child, node]) =>
          references(below(child), node, variant.required?.includes(child) ?? false, `\`${name}: ${value}\``),
        ),
    ),
  ];
}

/** A description ends in "Default: …" where the schema cannot hold the default itself. */
function parted(description: string): { readonly meaning: string; readonly fallback?: string } {
  const match = /^(.*?) (?:Default|Left out): (.*)\.$/s.exec(description);
  return match ? { meaning: match[1] ?? "", fallback: match[2] ?? "" } : { meaning: description };
}

function defaultOf(path: string, node: SchemaNode): string | undefined {
  if (node.default !== undefined) return code(node.default);
  const prefix = DECLARED.find((start) => path.startsWith(start));
  if (prefix === undefined) return undefined;
  let value: unknown = standardSpecification;
  for (const key of path.slice(prefix.length).split(".")) {
    value = isPlainObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value === undefined || isPlainObject(value) ? undefined : `as declared, else ${code(value)}`;
}

function unsaid(path: string): string {
  return DECLARED.some((start) => path.startsWith(start)) ? "as declared" : "none";
}

function allowedBy(node: SchemaNode): string {
  if (node.enum) return node.enum.map((value) => code(value)).join(", ");
  if (node.oneOf) return "one of several kinds";
  switch (node.type) {
    case "integer":
      return `whole number${rangeOf(node)}`;
    case "boolean":
      return "`true`, `false`";
    case "array":
      return "list";
    case "object":
      return typeof node.additionalProperties === "object" ? `by ${node["x-key"] ?? "name"}` : "section";
    default:
      return "text";
  }
}

function rangeOf({ minimum, maximum = Number.MAX_SAFE_INTEGER }: SchemaNode): string {
  if (minimum === undefined) return "";
  return maximum === Number.MAX_SAFE_INTEGER ? `, ${minimum} or more` : `, ${minimum} to ${maximum}`;
}

/** A value as a stack file writes it, as code. */
export function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
