import { isA, itemsOf } from "../kubernetes-object.ts";
import { containerRule } from "../pod.ts";
import { ALWAYS, type Finding, type ObjectRule, type Path, type Rule } from "../rule.ts";
import { isSecretName, secretInText } from "../secret-text.ts";

const shared = {
  risk: "Whoever may read the object, its history or its backups reads the secret.",
  source: "CIS Kubernetes Benchmark 5.4; NSA/CISA Kubernetes Hardening Guidance: Protecting sensitive information",
  levels: ALWAYS,
};

/** A finding for a named value that is secret by its name or by what it looks like. The value never leaves here. */
function plaintext(name: string, value: string | undefined, path: Path): readonly Finding[] {
  if ((value ?? "") === "") return [];
  const found = isSecretName(name) ? `a value for ${name}` : secretInText(value ?? "");
  return found === undefined
    ? []
    : [{ path, problem: `holds ${found} in the clear (value not shown)`, regardlessOfValue: true }];
}

const environment = containerRule(
  {
    ...shared,
    name: "no-plaintext-secret-in-environment",
    fix: "declare it under the service's secrets; the container then reads it from a Secret",
  },
  ({ container, path }) =>
    itemsOf(container.env).flatMap(([index, { name, value }]) =>
      plaintext(name, value, [...path, "env", index, "value"]),
    ),
);

const commandLine = containerRule(
  {
    ...shared,
    name: "no-plaintext-secret-in-arguments",
    risk: "Arguments show in the process list of the node, besides in the object and its history.",
    fix: "read it from the environment or from a file that a Secret fills",
  },
  ({ container, path }) =>
    (["command", "args"] as const).flatMap((field) =>
      itemsOf(container[field]).flatMap(([index, argument], _, all): Finding[] => {
        const before = index === 0 ? undefined : all[index - 1]?.[1];
        // `--password x` in two arguments, or `--password=x` in one.
        const option = /^--?([\w-]+)$/.exec(before ?? "")?.[1] ?? "";
        const [, name = option, value = argument] = /^--?([\w-]+)=(.*)$/s.exec(argument) ?? [];
        return value.startsWith("$(") ? [] : [...plaintext(name, value, [...path, field, index])];
      }),
    ),
);

const configMap: ObjectRule = {
  ...shared,
  name: "no-plaintext-secret-in-config-map",
  fix: "declare it under the service's secrets; it then goes into a Secret",
  scope: "object",
  check: (object) =>
    isA("v1/ConfigMap", object)
      ? Object.entries(object.data ?? {}).flatMap(([name, value]) => plaintext(name, value, ["data", name]))
      : [],
};

/** No secret where anybody can read it. */
export const secretRules: readonly Rule[] = [environment, commandLine, configMap];
