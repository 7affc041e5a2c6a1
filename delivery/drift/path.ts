import { isPlainObject } from "../../model/overlay.ts";

/** One step into an object: a field, a position in a list, or the item of a list that has these keys. */
export type Step = string | number | { readonly keys: Readonly<Record<string, unknown>> };

/** A path as people read it: `spec.template.spec.containers[crm].env[DEBUG].value`. */
export function formatPath(path: readonly Step[]): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (typeof step === "object") return `[${Object.values(step.keys).map(String).join("/")}]`;
      if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) return `["${step}"]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** The item of a list that has all of these keys; a key that the item leaves out counts as its default. */
export function itemWith(list: unknown, keys: Readonly<Record<string, unknown>>): unknown {
  if (!Array.isArray(list)) return undefined;
  return (list as readonly unknown[]).find(
    (item) =>
      isPlainObject(item) && Object.entries(keys).every(([key, value]) => (item[key] ?? KEY_DEFAULTS[key]) === value),
  );
}

// The only key of a list that may be left out (Kubernetes: ContainerPort, ServicePort).
const KEY_DEFAULTS: Readonly<Record<string, unknown>> = { protocol: "TCP" };
