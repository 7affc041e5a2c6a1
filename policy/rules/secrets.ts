import { allOf, describeObject, isA, itemsOf, namespaceOf, type KubernetesObject } from "../kubernetes-object.ts";
import { containerRule } from "../pod.ts";
import {
  ALWAYS,
  type Finding,
  type ObjectRule,
  type Path,
  type Rule,
  type StackFinding,
  type StackRule,
} from "../rule.ts";
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

const oneOwner: StackRule = {
  name: "secret-has-one-owner",
  risk: "The program and the operator overwrite each other's values, and pods start with whichever came last.",
  source: "External Secrets Operator: ExternalSecret, spec.target.creationPolicy; DESIGN.md, promise 4",
  fix: "let each Secret be made by one: give the ExternalSecret's target a name of its own",
  levels: ALWAYS,
  scope: "stack",
  check: (objects) => {
    const owned = new Map(
      allOf("v1/Secret", objects).map((object) => [nameOf(object, object.metadata?.name), "the program"]),
    );
    return allOf("external-secrets.io/v1/ExternalSecret", objects).flatMap((object): StackFinding[] => {
      const target = object.spec?.target?.name ?? object.metadata?.name;
      const other = owned.get(nameOf(object, target));
      owned.set(nameOf(object, target), describeObject(object));
      if (other === undefined) return [];
      const problem = `makes the Secret ${target ?? ""}, which ${other} makes too`;
      return [{ object, path: ["spec", "target", "name"], problem }];
    });
  },
};

function nameOf(object: KubernetesObject, name: string | undefined): string {
  return `${namespaceOf(object)}/${name ?? ""}`;
}

/** No secret where anybody can read it, and none with two owners. */
export const secretRules: readonly Rule[] = [environment, commandLine, configMap, oneOwner];
