import { schemaFindings } from "../object-schema.ts";
import { ALWAYS, type ObjectRule } from "../rule.ts";

const objectSchema: ObjectRule = {
  name: "kubernetes-schema",
  risk: "A misspelt field is dropped or refused when it is too late: the object is not what was reviewed.",
  source: "Kubernetes: api/openapi-spec/v3 of the pinned version; Kubernetes API Concepts, field validation Strict",
  fix: "correct the field by the API reference; for a new Kubernetes run npm run generate:schema",
  levels: ALWAYS,
  scope: "object",
  check: schemaFindings,
};

/** What the API server would say to an object's form. */
export const schemaRules: readonly ObjectRule[] = [objectSchema];
