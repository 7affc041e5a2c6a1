import type { OpenApi, Schema } from "./strict-schema.ts";

/** As much of a CustomResourceDefinition as its schema needs (apiextensions.k8s.io/v1). */
export interface CustomResourceDefinition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly deprecated?: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

const METADATA = { $ref: "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" };

const TEXT = { type: "string" };

/**
 * The definitions' schemas as an OpenAPI document: the one that an API server would publish for them.
 *
 * @param kinds Only these, as `v1/HTTPRoute`. Default: every version that is served and not deprecated.
 */
export function customResourceOpenApi(
  definitions: readonly CustomResourceDefinition[],
  kinds?: readonly string[],
): OpenApi {
  const schemas = definitions.flatMap(({ spec: { group, names, versions } }) =>
    versions
      .filter(({ served, deprecated }) => served && deprecated !== true)
      .filter(({ name }) => kinds?.includes(`${name}/${names.kind}`) ?? true)
      .map(({ name, schema: { openAPIV3Schema } }): [string, Schema] => [
        `${group}.${name}.${names.kind}`,
        {
          ...openAPIV3Schema,
          // What every object has, whether its definition says so or not.
          properties: { apiVersion: TEXT, kind: TEXT, ...openAPIV3Schema.properties, metadata: METADATA },
          "x-kubernetes-group-version-kind": [{ group, version: name, kind: names.kind }],
        },
      ]),
  );
  return { components: { schemas: Object.fromEntries(schemas) } };
}
