import { z } from "zod";
import { settingsSchema } from "./schema.ts";

/** As much of JSON Schema (draft 7) as the settings' own schema comes out in. */
export interface SchemaNode {
  readonly description?: string;
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  /** The schema of every value of a record; false where no other key is allowed. */
  readonly additionalProperties?: SchemaNode | boolean;
  /** One for each value of a discriminated union's discriminator. */
  readonly oneOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  /** What the keys of a record are, as a placeholder for documentation: `service`. */
  readonly "x-key"?: string;
}

/** The settings' schema as JSON Schema. */
export function settingsJsonSchema(): SchemaNode {
  return z.toJSONSchema(settingsSchema, { target: "draft-7", io: "input" }) as SchemaNode;
}

/** The schema of a whole `Pulumi.<stack>.yaml`, for editors; the program itself checks with zod, and more strictly. */
export function stackFileJsonSchema(): object {
  const settings = settingsJsonSchema();
  const prefixed = (name: string) => `fleet:${name}`;
  const secrets = {
    type: "object",
    description:
      "Secrets by platform (or `registry`) and name, encrypted: " +
      "pulumi config set --secret --path 'fleet:secrets.PLATFORM.NAME'",
    additionalProperties: {
      type: "object",
      additionalProperties: {
        type: "object",
        properties: { secure: { type: "string" } },
        required: ["secure"],
        additionalProperties: false,
      },
    },
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of fleet: Pulumi.<stack>.yaml",
    type: "object",
    required: ["config"],
    properties: {
      config: {
        type: "object",
        required: (settings.required ?? []).map(prefixed),
        properties: {
          ...Object.fromEntries(
            Object.entries(settings.properties ?? {}).map(([name, node]) => [prefixed(name), node]),
          ),
          [prefixed("secrets")]: secrets,
        },
        // What other Pulumi packages read is theirs to check.
        patternProperties: { "^(?!fleet:)": {} },
        additionalProperties: false,
      },
    },
  };
}
