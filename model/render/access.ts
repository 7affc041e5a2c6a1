import type {
  MatchCondition,
  NamedRuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from "kubernetes-types/admissionregistration/v1";
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from "kubernetes-types/rbac/v1";
import type { ResolvedStack } from "../resolve/resolved.ts";
import { resourceOf } from "../resource-path.ts";
import { renderStack, type KubernetesObject } from "./stack.ts";

const RBAC = "rbac.authorization.k8s.io";
const API_VERSION = `${RBAC}/v1`;

/** What the engine does to the objects it registers: server-side apply, wait, delete. */
const DEPLOY = ["create", "delete", "get", "list", "patch", "watch"];
const READ = ["get", "list", "watch"];

/** What a rollout is watched by, beside what is registered: what controllers make of it. */
const OBSERVED: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["endpoints", "events", "pods"], verbs: READ },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: READ },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
];

/** The dossier's last log lines, and health reports of services that only the cluster can reach. */
const ASKED: readonly PolicyRule[] = [{ apiGroups: [""], resources: ["pods/log", "services/proxy"], verbs: ["get"] }];

/** A release's lock, and its journal, which it writes over by version (HTTP PUT) where the engine patches. */
const RELEASED: readonly PolicyRule[] = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create", "get", "update"] },
  { apiGroups: [""], resources: ["configmaps"], verbs: ["update"] },
];

/** Its UID is what tells one cluster from another. */
const IDENTITY_NAMESPACE = "kube-system";

/**
 * What a cluster's administrator applies once, so that the stack's deployers need no more than the program does: the
 * stack's cluster-scoped objects, and roles for its two groups.
 *
 * - Deployers: in each of the stack's namespaces, the kinds that it has there, and nothing of other kinds. Of what is
 *   cluster-scoped, its own objects by name, to read and to patch: not to create and not to delete.
 * - Readers: the same namespaces, to look at, without Secrets.
 * - Service accounts: nothing. No service of the catalogue calls the API server.
 *
 * A deployer patches its namespaces with every update; an admission policy keeps the Pod Security labels from it.
 * Source: Kubernetes, Role Based Access Control Good Practices.
 */
export function renderAccess(stack: ResolvedStack): readonly KubernetesObject[] {
  const objects = renderStack(stack).map(({ object }) => object);
  const shared = objects.filter(({ metadata }) => metadata?.namespace === undefined);
  const namespaces = [...new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []))];
  const { deployers, readers } = stack.access;
  // A canary brings the kinds of the services that it stands beside, and may come after these rights.
  const beside = new Map(
    stack.platforms.flatMap(({ namespace, release }) => (release ? [[release.namespace, namespace] as const] : [])),
  );
  return [
    ...shared,
    ...namespaces.flatMap((namespace) => {
      const sources = [namespace, beside.get(namespace)];
      const kinds = resourcesOf(
        objects.filter(({ metadata }) => metadata?.namespace !== undefined && sources.includes(metadata.namespace)),
      );
      return [
        ...role("fleet-deployer", namespace, deployers, [...rules(kinds, DEPLOY), ...OBSERVED, ...ASKED, ...RELEASED]),
        ...role("fleet-reader", namespace, readers, [
          ...rules(
            kinds.filter(({ resource }) => resource !== "secrets"),
            READ,
          ),
          ...OBSERVED,
          ...ASKED,
        ]),
      ];
    }),
    ...clusterRole(`fleet-deployer-${stack.stack}`, deployers, [
      ...byName(shared, ["get", "patch"]),
      ...identity,
      // A volume claim may wait for its first pod; the StorageClass says whether.
      { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: READ },
    ]),
    ...clusterRole(`fleet-reader-${stack.stack}`, readers, [...byName(shared, ["get"]), ...identity]),
    ...podSecurityGuard(stack, shared),
  ];
}

const identity: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["namespaces"], resourceNames: [IDENTITY_NAMESPACE], verbs: ["get"] },
];

interface Resource {
  readonly group: string;
  readonly resource: string;
}

function resourcesOf(objects: readonly KubernetesObject[]): readonly Resource[] {
  const found = new Map(
    objects.map(({ apiVersion = "", kind = "" }) => {
      const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
      return [`${group}/${kind}`, { group, resource: resourceOf(kind) }] as const;
    }),
  );
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, resource]) => resource);
}

function rules(kinds: readonly Resource[], verbs: string[]): readonly PolicyRule[] {
  return [...new Set(kinds.map(({ group }) => group))].map((group) => ({
    apiGroups: [group],
    resources: kinds.filter((one) => one.group === group).map(({ resource }) => resource),
    verbs,
  }));
}

function byName(objects: readonly KubernetesObject[], verbs: string[]): readonly PolicyRule[] {
  return resourcesOf(objects).map(({ group, resource }) => ({
    apiGroups: [group],
    resources: [resource],
    resourceNames: objects
      .filter(({ kind = "" }) => resourceOf(kind) === resource)
      .map(({ metadata }) => metadata?.name ?? ""),
    verbs,
  }));
}

function role(name: string, namespace: string, group: string, rules: readonly PolicyRule[]): [Role, RoleBinding] {
  const metadata = { name, namespace };
  return [
    { apiVersion: API_VERSION, kind: "Role", metadata, rules: [...rules] },
    {
      apiVersion: API_VERSION,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: RBAC, kind: "Role", name },
      subjects: [{ apiGroup: RBAC, kind: "Group", name: group }],
    },
  ];
}

function clusterRole(name: string, group: string, rules: readonly PolicyRule[]): [ClusterRole, ClusterRoleBinding] {
  return [
    { apiVersion: API_VERSION, kind: "ClusterRole", metadata: { name }, rules: [...rules] },
    {
      apiVersion: API_VERSION,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
      subjects: [{ apiGroup: RBAC, kind: "Group", name: group }],
    },
  ];
}

const POD_SECURITY_LABELS = ["enforce", "audit", "warn"].flatMap((mode) => [
  `pod-security.kubernetes.io/${mode}`,
  `pod-security.kubernetes.io/${mode}-version`,
]);

/** RBAC cannot tell one label from another: whoever may patch a namespace could lift its Pod Security profile. */
function podSecurityGuard(
  { stack, access }: ResolvedStack,
  shared: readonly KubernetesObject[],
): [ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding] {
  const name = `fleet-pod-security-${stack}`;
  const apiVersion = "admissionregistration.k8s.io/v1";
  const asDeployer: MatchCondition = {
    name: "deployer",
    expression: `${JSON.stringify(access.deployers)} in request.userInfo.groups`,
  };
  // The type lacks what Kubernetes inlines into it from RuleWithOperations.
  const updates: NamedRuleWithOperations & { readonly resources: string[] } = {
    apiGroups: [""],
    apiVersions: ["v1"],
    operations: ["UPDATE"],
    resources: ["namespaces"],
    resourceNames: shared.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata?.name ?? ""),
  };
  const label = (object: string) => `${object}.metadata.?labels[?label]`;
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: [updates] },
        matchConditions: [asDeployer],
        validations: [
          {
            expression: `${JSON.stringify(POD_SECURITY_LABELS)}.all(label, ${label("object")} == ${label("oldObject")})`,
            message:
              "a deployer may not change the Pod Security labels of a namespace: ask the cluster's administrator",
          },
        ],
      },
    },
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name, validationActions: ["Deny"] },
    },
  ];
}
