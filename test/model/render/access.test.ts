import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from "kubernetes-types/rbac/v1";
import { describe, expect, it } from "vitest";
import { renderAccess } from "../../../model/render/access.ts";
import { renderStack } from "../../../model/render/stack.ts";
import { evaluate } from "../../../policy/evaluate.ts";
import type { KubernetesObject } from "../../../policy/kubernetes-object.ts";
import { settingsSchema } from "../../../model/settings/schema.ts";
import { resolveOwn, resolveWhole } from "../stack-fixtures.ts";

const DEPLOYERS = "fleet-prod-deployers";
const READERS = "fleet-prod-readers";
const prod = resolveWhole("prod");
const mayInProd = authorizer(renderAccess(prod));

describe("access to a stack", () => {
  it.each(["dev", "staging", "prod"] as const)(
    "lets the deployers of %s do to every object what the engine does",
    (name) => {
      const stack = resolveWhole(name);
      const may = authorizer(renderAccess(stack));
      const refused = renderStack(stack).flatMap(({ object: { kind = "", metadata } }) =>
        (kind === "Namespace" ? ["get", "patch"] : ["get", "list", "watch", "create", "patch", "delete"])
          .map((verb) => ({ verb, resource: RESOURCES[kind] ?? kind, ...metadata }))
          .filter((asked) => !may(stack.access.deployers, asked)),
      );
      expect(refused).toEqual([]);
    },
  );

  it("grants deployers nothing one step beyond", () => {
    const namespace = "bizosaas";
    const beyond = [
      { verb: "get", resource: "secrets", namespace: "default" },
      { verb: "list", resource: "secrets" },
      { verb: "create", resource: "namespaces" },
      { verb: "delete", resource: "namespaces", name: namespace },
      { verb: "patch", resource: "namespaces", name: "kube-system" },
      { verb: "create", resource: "pods", namespace },
      { verb: "create", resource: "pods/exec", namespace },
      { verb: "create", resource: "services/proxy", namespace },
      { verb: "create", resource: "roles", namespace },
      { verb: "create", resource: "rolebindings", namespace },
      { verb: "patch", resource: "clusterroles", name: "fleet-deployer-prod" },
      { verb: "impersonate", resource: "groups", name: "system:masters" },
      { verb: "create", resource: "serviceaccounts/token", namespace },
      { verb: "deletecollection", resource: "secrets", namespace },
      { verb: "get", resource: "nodes" },
    ];
    expect(beyond.filter((asked) => mayInProd(DEPLOYERS, asked))).toEqual([]);
  });

  it("lets readers look at everything but Secrets, and change nothing", () => {
    const hidden = renderStack(prod).filter(
      ({ object: { kind = "", metadata } }) =>
        !mayInProd(READERS, { verb: "get", resource: RESOURCES[kind] ?? kind, ...metadata }),
    );
    expect(new Set(hidden.map(({ object }) => object.kind))).toEqual(new Set(["Secret"]));
    const writing = ["create", "update", "patch", "delete", "deletecollection"];
    const resources = Object.values(RESOURCES);
    expect(
      writing.flatMap((verb) =>
        resources.filter((resource) => mayInProd(READERS, { verb, resource, namespace: "sophia" })),
      ),
    ).toEqual([]);
  });

  it("lets deployers alone keep a release's lock and journal", () => {
    const namespace = "bizosaas";
    const kept = [
      { verb: "update", resource: "leases", namespace },
      { verb: "update", resource: "configmaps", namespace },
    ];
    expect(kept.map((asked) => mayInProd(DEPLOYERS, asked))).toEqual([true, true]);
    expect(kept.map((asked) => mayInProd(READERS, asked))).toEqual([false, false]);
  });

  it("follows the kinds that a stack has: no right without an object that needs it", () => {
    const dev = resolveOwn("dev");
    const asked = { verb: "patch", resource: "horizontalpodautoscalers" };
    expect(authorizer(renderAccess(dev))(dev.access.deployers, { ...asked, namespace: "bizosaas-dev" })).toBe(false);
    expect(mayInProd(DEPLOYERS, { ...asked, namespace: "bizosaas" })).toBe(true);
  });

  it("is bound to the two groups alone: a service account has no right at all", () => {
    const bindings = [...renderAccess(prod), ...renderStack(prod).map(({ object }) => object)].filter(isBinding);
    const subjects = bindings.flatMap(({ subjects = [] }) => subjects.map(({ kind, name }) => `${kind} ${name}`));
    expect(new Set(subjects)).toEqual(new Set([`Group ${DEPLOYERS}`, `Group ${READERS}`]));
  });

  it("breaks no rule of the registry", () => {
    const objects = renderAccess(prod) as readonly KubernetesObject[];
    const own = evaluate(objects, { stack: "prod", today: "2026-01-01" }).filter(({ object }) => /Role/.test(object));
    expect(own).toEqual([]);
  });

  it("is granted to the groups that the stack names, and never to one that holds everybody", () => {
    const access = { deployers: "platform-team", readers: "on-call" };
    const stack = resolveOwn("prod", (values) => ({ ...values, access }));
    const may = authorizer(renderAccess(stack));
    expect(may("platform-team", { verb: "patch", resource: "deployments", namespace: "bizosaas" })).toBe(true);
    expect(may(DEPLOYERS, { verb: "patch", resource: "deployments", namespace: "bizosaas" })).toBe(false);
    const refused = settingsSchema.shape.access.safeParse({ deployers: "system:authenticated" });
    expect(refused.error?.issues[0]?.message).toBe("a group of your own, not one that holds everybody");
  });
});

describe("the guard of Pod Security", () => {
  it("watches over the stack's own namespaces, when a deployer changes them", () => {
    const guard = renderAccess(prod).find(({ kind }) => kind === "ValidatingAdmissionPolicy");
    expect(guard).toMatchObject({
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            {
              operations: ["UPDATE"],
              resourceNames: ["bizosaas", "draft-genie", "sophia-canary", "sophia", "user-whisperer"],
            },
          ],
        },
        matchConditions: [{ expression: `"${DEPLOYERS}" in request.userInfo.groups` }],
      },
    });
  });
});

const RESOURCES: Readonly<Record<string, string>> = {
  Namespace: "namespaces",
  ConfigMap: "configmaps",
  Secret: "secrets",
  Service: "services",
  ServiceAccount: "serviceaccounts",
  PersistentVolumeClaim: "persistentvolumeclaims",
  Deployment: "deployments",
  StatefulSet: "statefulsets",
  Job: "jobs",
  CronJob: "cronjobs",
  NetworkPolicy: "networkpolicies",
  Ingress: "ingresses",
  HorizontalPodAutoscaler: "horizontalpodautoscalers",
  PodDisruptionBudget: "poddisruptionbudgets",
  ExternalSecret: "externalsecrets",
  ReferenceGrant: "referencegrants",
  Gateway: "gateways",
  HTTPRoute: "httproutes",
  VirtualService: "virtualservices",
  DestinationRule: "destinationrules",
};

interface Asked {
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Whether a group's roles allow a request (Kubernetes: Using RBAC Authorization); API groups are left aside. */
function authorizer(objects: ReturnType<typeof renderAccess>): (group: string, asked: Asked) => boolean {
  const bindings = objects.filter(isBinding);
  const roles = objects.filter((object): object is Role | ClusterRole => /^(Cluster)?Role$/.test(object.kind ?? ""));
  return (group, asked) =>
    bindings
      .filter(({ subjects = [] }) => subjects.some((subject) => subject.kind === "Group" && subject.name === group))
      .filter(({ metadata }) => metadata?.namespace === undefined || metadata.namespace === asked.namespace)
      .flatMap(({ metadata, roleRef }) =>
        roles
          .filter(({ kind, metadata: role }) => kind === roleRef.kind && role?.name === roleRef.name)
          .filter((role) => role.metadata?.namespace === metadata?.namespace)
          .flatMap(({ rules = [] }): readonly PolicyRule[] => rules),
      )
      .some(
        ({ verbs, resources = [], resourceNames = [] }) =>
          verbs.includes(asked.verb) &&
          resources.includes(asked.resource) &&
          (resourceNames.length === 0 || resourceNames.includes(asked.name ?? "")),
      );
}

function isBinding(object: { readonly kind?: string }): object is RoleBinding | ClusterRoleBinding {
  return /RoleBinding$/.test(object.kind ?? "");
}
