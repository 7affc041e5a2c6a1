import type { PolicyRule, RoleRef, Subject } from "kubernetes-types/rbac/v1";
import { isA, itemsOf, type KubernetesObject } from "../kubernetes-object.ts";
import { podRule } from "../pod.ts";
import { ALWAYS, type Finding, type ObjectRule } from "../rule.ts";

const token = podRule(
  {
    name: "no-automounted-token",
    risk: "A compromised process finds a token for the API server in its own file system.",
    source:
      "CIS Kubernetes Benchmark 5.1.6; NSA/CISA Kubernetes Hardening Guidance: Protecting Pod service account tokens",
    fix: "set automountServiceAccountToken: false; a pod that needs the API mounts a projected token of its own",
    levels: ALWAYS,
  },
  ({ spec, path }) =>
    spec.automountServiceAccountToken === false
      ? []
      : [{ path: [...path, "automountServiceAccountToken"], problem: "mounts a token for the API server" }],
);

function rulesOf(object: KubernetesObject): readonly PolicyRule[] | undefined {
  if (isA("rbac.authorization.k8s.io/v1/Role", object)) return object.rules;
  if (isA("rbac.authorization.k8s.io/v1/ClusterRole", object)) return object.rules;
  return undefined;
}

/** A finding for each entry of `verbs`, `resources` or another list of a role's rules that is not allowed. */
function forbidden(
  object: KubernetesObject,
  fields: readonly (keyof PolicyRule)[],
  isForbidden: (entry: string) => boolean,
  problem: (field: string) => string,
): readonly Finding[] {
  return itemsOf(rulesOf(object)).flatMap(([index, rule]) =>
    fields.flatMap((field) =>
      itemsOf(rule[field]).flatMap(([position, entry]): Finding[] =>
        isForbidden(entry) ? [{ path: ["rules", index, field, position], problem: problem(field), value: entry }] : [],
      ),
    ),
  );
}

const wildcard: ObjectRule = {
  name: "no-wildcard-rbac",
  risk: "A wildcard grants what nobody thought of, and whatever the cluster learns tomorrow.",
  source: "CIS Kubernetes Benchmark 5.1.3; Kubernetes: Role Based Access Control Good Practices",
  fix: "name the API groups, resources and verbs that are needed",
  levels: ALWAYS,
  scope: "object",
  check: (object) =>
    forbidden(
      object,
      ["verbs", "resources", "apiGroups", "nonResourceURLs"],
      (entry) => entry.includes("*"),
      (field) => `grants all ${field}`,
    ),
};

const escalation: ObjectRule = {
  name: "no-rbac-escalation",
  risk: "Who may bind, escalate or impersonate gives itself every other right.",
  source: "CIS Kubernetes Benchmark 5.1.8; Kubernetes: Role Based Access Control Good Practices, privilege escalation",
  fix: "remove the verb; let a person with those rights bind the role",
  levels: ALWAYS,
  scope: "object",
  check: (object) =>
    forbidden(
      object,
      ["verbs"],
      (verb) => ["bind", "escalate", "impersonate"].includes(verb),
      () => "lets its holder become somebody else",
    ),
};

const EVERYBODY = ["system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"];

function bindingOf(object: KubernetesObject): { roleRef: RoleRef; subjects?: Subject[] } | undefined {
  if (isA("rbac.authorization.k8s.io/v1/RoleBinding", object)) return object;
  if (isA("rbac.authorization.k8s.io/v1/ClusterRoleBinding", object)) return object;
  return undefined;
}

const broadBinding: ObjectRule = {
  name: "no-broad-binding",
  risk: "Everybody, or anybody with a hold on one account, is administrator.",
  source: "CIS Kubernetes Benchmark 5.1.1; Kubernetes: Role Based Access Control Good Practices, least privilege",
  fix: "bind a role of one's own, with the rights that are needed, to the accounts that need them",
  levels: ALWAYS,
  scope: "object",
  check: (object) => {
    const binding = bindingOf(object);
    if (!binding) return [];
    const role = binding.roleRef.name;
    return [
      ...(role === "cluster-admin"
        ? [{ path: ["roleRef", "name"], problem: "makes its subjects administrators", value: role }]
        : []),
      ...itemsOf(binding.subjects).flatMap(([index, { name }]): Finding[] =>
        EVERYBODY.includes(name)
          ? [{ path: ["subjects", index, "name"], problem: "grants the role to everybody", value: name }]
          : [],
      ),
    ];
  },
};

/** Who may ask the API server for what. */
export const accessRules: readonly ObjectRule[] = [token, wildcard, escalation, broadBinding];
