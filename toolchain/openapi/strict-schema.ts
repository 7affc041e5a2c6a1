/** As much of a JSON schema as the conversion looks at. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly [keyword: string]: unknown;
}

/** An OpenAPI v3 document as Kubernetes publishes it (api/openapi-spec/v3). */
export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A JSON schema for the objects of a cluster: policy/object-schema.ts reads it. */
export interface ObjectSchema {
  readonly $comment: string;
  /** The definition of each kind, by `apps/v1/Deployment`. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const KIND = "x-kubernetes-group-version-kind";
const REFERENCE = "#/components/schemas/";

/**
 * Makes one strict schema of OpenAPI documents: every kind that can be created, with all that it refers to.
 *
 * Strict: an object with named properties accepts no other. What does not decide about validity (descriptions, defaults,
 * merge keys) is left out, which makes a tenth of it.
 */
export function strictSchema(comment: string, documents: readonly OpenApi[]): ObjectSchema {
  const all = new Map(documents.flatMap(({ components }) => Object.entries(components.schemas)));
  const kinds = [...all].flatMap(([name, schema]) => objectKinds(schema).map((kind) => [kind, name] as const));
  const needed = new Set<string>();
  const add = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const [, referred = ""] of JSON.stringify(all.get(name)).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      add(referred);
    }
  };
  for (const [, name] of kinds) add(name);
  return {
    $comment: comment,
    kinds: Object.fromEntries(kinds.sort(byKey)),
    definitions: Object.fromEntries([...needed].sort().map((name) => [name, strict(all.get(name) ?? {})])),
  };
}

/** `apps/v1/Deployment` for a schema of a kind with metadata of its own; lists and options of requests have none. */
function objectKinds(schema: Schema): readonly string[] {
  const named = schema[KIND];
  if (!Array.isArray(named) || !JSON.stringify(schema.properties?.["metadata"] ?? {}).includes("ObjectMeta")) return [];
  return (named as readonly GroupVersionKind[]).map(({ group, version, kind }) =>
    [...(group === "" ? [] : [group]), version, kind].join("/"),
  );
}

const IRRELEVANT = /^(description|default|x-kubernetes-.*)$/;

function strict(schema: Schema): Schema {
  const kept = Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      // Below `properties` stand names of fields, some of which are called like keywords.
      if (keyword === "properties") return [[keyword, mapValues(value as Record<string, Schema>, strict)]];
      return IRRELEVANT.test(keyword) ? [] : [[keyword, within(value)]];
    }),
  );
  const isOpen = schema.additionalProperties !== undefined || schema["x-kubernetes-preserve-unknown-fields"] === true;
  return schema.properties && !isOpen ? { ...kept, additionalProperties: false } : kept;
}

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within);
  if (typeof value === "string") return value.replace(REFERENCE, "#/definitions/");
  return typeof value === "object" && value !== null ? strict(value as Schema) : value;
}

function mapValues(record: Readonly<Record<string, Schema>>, change: (value: Schema) => Schema) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function byKey([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
