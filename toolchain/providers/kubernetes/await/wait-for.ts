import { JSONPath } from "jsonpath-plus";
import { condition, textAt, type KubeObject } from "../object.ts";
import { READY, waiting, type Readiness, type ReadinessRule } from "./readiness.ts";

/**
 * The rule that the annotation `pulumi.com/waitFor` makes: one expression, or a JSON list of which all must hold.
 *
 * `condition=Type` or `condition=Type=Status`; `jsonpath={.path}` for any value, `jsonpath={.path}=value` for that one.
 * Source: pulumi.com/registry/packages/kubernetes/how-to-guides/waiting-for-resources. Throws on anything else.
 */
export function waitForRule(value: string): ReadinessRule {
  const tests = expressions(value).map((expression) => ({ expression, holds: parse(expression) }));
  return {
    watches: [],
    timeoutSeconds: 600,
    assess: (object): Readiness => {
      const missing = tests.filter(({ holds }) => !holds(object)).map(({ expression }) => expression);
      if (missing.length === 0) return READY;
      return waiting(
        `Waiting for ${missing.join(" and ")}`,
        missing.map((expression) => `not met: ${expression}`),
      );
    },
  };
}

function expressions(value: string): string[] {
  if (!value.trimStart().startsWith("[")) return [value];
  const list: unknown = JSON.parse(value);
  if (!Array.isArray(list) || list.length === 0 || !list.every((item) => typeof item === "string")) {
    throw new Error(`pulumi.com/waitFor wants an expression or a JSON list of them, not ${value}`);
  }
  return list;
}

function parse(expression: string): (object: KubeObject) => boolean {
  const [, type, status = "True"] = /^condition=([^=]+)(?:=(.+))?$/.exec(expression) ?? [];
  if (type !== undefined) {
    const wanted = status.toLowerCase();
    return (object) => textAt(condition(object, type), "status").toLowerCase() === wanted;
  }
  const [, path, wanted] = /^jsonpath=\{(.+)\}(?:=(.+))?$/.exec(expression) ?? [];
  if (path !== undefined) {
    const query = path.startsWith("$") ? path : `$${path}`;
    return (object) => {
      const found = JSONPath<unknown[]>({ path: query, json: object, eval: "safe" });
      return wanted === undefined ? found.length > 0 : found.some((item) => String(item) === wanted);
    };
  }
  throw new Error(
    `pulumi.com/waitFor: "${expression}" is neither "condition=Type", "condition=Type=Status", "jsonpath={.path}" ` +
      'nor "jsonpath={.path}=value"',
  );
}
