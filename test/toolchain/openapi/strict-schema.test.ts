import { describe, expect, it } from "vitest";
import { customResourceOpenApi } from "../../../toolchain/openapi/custom-resources.ts";
import { strictSchema, type OpenApi, type Schema } from "../../../toolchain/openapi/strict-schema.ts";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const openApi = (schemas: Readonly<Record<string, Schema>>): OpenApi => ({ components: { schemas } });
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const kubernetes = openApi({
  [META]: { type: "object", properties: { name: { type: "string", description: "Its name." } } },
  "core.Settings": {
    type: "object",
    description: "Settings.",
    properties: {
      metadata: { allOf: [reference(META)], default: {} },
      data: { type: "object", additionalProperties: { type: "string", default: "" } },
      description: { type: "string" },
    },
    "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "Settings" }],
  },
  "core.SettingsList": {
    type: "object",
    properties: { metadata: reference("meta.ListMeta") },
    "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "SettingsList" }],
  },
  "core.Unused": { type: "object" },
});

describe("the strict schema", () => {
  const schema = strictSchema("a comment", [kubernetes]);

  it("has the kinds that can be created, with what they refer to, and nothing else", () => {
    expect(schema.kinds).toEqual({ "v1/Settings": "core.Settings" });
    expect(Object.keys(schema.definitions)).toEqual(["core.Settings", META]);
  });

  it("accepts no field that has no name in it, except in maps, and keeps fields that are called like keywords", () => {
    expect(schema.definitions["core.Settings"]).toEqual({
      type: "object",
      properties: {
        metadata: { allOf: [{ $ref: `#/definitions/${META}` }] },
        data: { type: "object", additionalProperties: { type: "string" } },
        description: { type: "string" },
      },
      additionalProperties: false,
    });
  });

  it("takes custom resources by their definitions: served versions only, with Kubernetes' own metadata", () => {
    const spec = { type: "object", properties: { any: { "x-kubernetes-preserve-unknown-fields": true } } };
    const version = (name: string, served: boolean) => ({
      name,
      served,
      schema: { openAPIV3Schema: { type: "object", properties: { metadata: { type: "object" }, spec } } },
    });
    const crd = {
      metadata: { name: "shops.example.org" },
      spec: {
        group: "example.org",
        names: { kind: "Shop" },
        versions: [version("v1", true), version("v1beta1", false)],
      },
    };
    const { kinds, definitions } = strictSchema("", [kubernetes, customResourceOpenApi([crd])]);
    expect(kinds).toEqual({ "example.org/v1/Shop": "example.org.v1.Shop", "v1/Settings": "core.Settings" });
    expect(definitions["example.org.v1.Shop"]?.properties).toEqual({
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { $ref: `#/definitions/${META}` },
      spec: { type: "object", properties: { any: {} }, additionalProperties: false },
    });
  });
});
