import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { fullFormats } from "ajv-formats/dist/formats.js";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { Finding, Path } from "./rule.ts";
import { UNKNOWN } from "./unknown-value.ts";

/** schema/kubernetes.schema.json, which toolchain/openapi makes of the pinned Kubernetes' own OpenAPI. */
interface ObjectSchema {
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, object>>;
}

const FILE = join(import.meta.dirname, "..", "schema", "kubernetes.schema.json");

const ID = "kubernetes";

/** What is against an object by the schema of its kind. A kind that the schema does not know is one finding. */
export function schemaFindings(object: KubernetesObject): readonly Finding[] {
  const { apiVersion = "", kind = "" } = object;
  const validate = validator(`${apiVersion}/${kind}`);
  if (!validate) {
    const value = `${apiVersion} ${kind}`;
    return [{ path: ["kind"], problem: "is no kind that the pinned Kubernetes knows", value, regardlessOfValue: true }];
  }
  if (validate(object)) return [];
  // The API server takes null for "not given"; only what a cluster gives back holds any.
  const plain = withoutNulls(object);
  return validate(plain) ? [] : decisive(validate.errors ?? []).map((error) => finding(error, plain));
}

/** What `oneOf` says already, and Base64, which a placeholder's value becomes later. */
const KUBERNETES_FORMATS = { "int-or-string": true, byte: true } as const;

let loaded: { readonly ajv: Ajv; readonly schema: ObjectSchema } | undefined;

/** Compiles the schema of a kind when it is first asked for: one takes some milliseconds, all of them a second. */
function validator(kind: string): ValidateFunction | undefined {
  loaded ??= load();
  const { ajv, schema } = loaded;
  const name = Object.hasOwn(schema.kinds, kind) ? schema.kinds[kind] : undefined;
  return name === undefined ? undefined : ajv.getSchema(`${ID}#/definitions/${name}`);
}

function load() {
  const schema = JSON.parse(readFileSync(FILE, "utf8")) as ObjectSchema;
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    formats: { ...fullFormats, ...KUBERNETES_FORMATS },
  });
  ajv.addSchema(schema, ID);
  return { ajv, schema };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === null ? [] : [[key, withoutNulls(member)]])),
  );
}

const CHOICES = new Set(["oneOf", "anyOf"]);

/** Without what merely repeats another error: a choice fails because each of its alternatives does. */
function decisive(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => CHOICES.has(keyword)).map(({ schemaPath }) => schemaPath);
  return errors.filter(({ schemaPath }) => !choices.some((choice) => schemaPath.startsWith(`${choice}/`)));
}

interface Alternative {
  readonly type?: string;
}

/** Never with a value: it might be a secret, and what it should be says enough. */
function finding({ keyword, instancePath, params, parentSchema, data }: ErrorObject, object: unknown): Finding {
  const path = pathOf(instancePath, object);
  switch (keyword) {
    case "additionalProperties": {
      const field = String(params["additionalProperty"]);
      return { path: [...path, field], problem: `is no field of its kind${similar(field, parentSchema)}` };
    }
    case "required":
      return { path: [...path, String(params["missingProperty"])], problem: "is missing" };
    case "type":
      return { path, problem: `must be ${article(String(params["type"]))}, is ${nameOf(data)}` };
    case "oneOf":
    case "anyOf": {
      const types = (parentSchema?.[keyword] as readonly Alternative[]).flatMap(({ type }) => type ?? []);
      if (types.length === 0) return { path, problem: "fits none of the forms that are allowed" };
      return { path, problem: `must be ${types.map(article).join(" or ")}, is ${nameOf(data)}` };
    }
    default:
      return { path, problem: `does not have the form that ${keyword} ${JSON.stringify(params)} asks for` };
  }
}

/** Ajv's JSON pointer as a path: positions are numbers only where a list stands. */
function pathOf(pointer: string, object: unknown): Path {
  let value = object;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => {
      const key = Array.isArray(value) ? Number(part) : part;
      value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[key];
      return key;
    });
}

/** The field that was meant, where one is called alike but for its case or one letter. */
function similar(field: string, schema: ErrorObject["parentSchema"]): string {
  const known = Object.keys((schema?.["properties"] as object | undefined) ?? {});
  const meant = known.find((name) => name.toLowerCase() === field.toLowerCase());
  return meant === undefined ? "" : `; ${meant} is`;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === UNKNOWN ? "not known yet" : article(typeof value);
}
