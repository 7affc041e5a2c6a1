import type { ClusterRoleBinding, Subject } from "kubernetes-types/rbac/v1";
import { clusterRole, deployment, POD, type Cases } from "../objects.ts";

function binding(role: string, subject: Subject): ClusterRoleBinding {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "binding" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [subject],
  };
}

const account: Subject = { kind: "ServiceAccount", name: "cart", namespace: "shop" };

/** Who may ask the API server for what. */
export const accessCases: Cases = {
  "no-automounted-token": [
    { of: "a pod without a token", objects: [deployment({}, { automountServiceAccountToken: false })], finds: [] },
    {
      of: "a pod that says nothing, which Kubernetes takes for yes",
      objects: [deployment()],
      finds: [`${POD}.automountServiceAccountToken mounts a token for the API server`],
    },
  ],
  "no-wildcard-rbac": [
    {
      of: "named verbs and resources",
      objects: [clusterRole({ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] })],
      finds: [],
    },
    {
      of: "wildcards in the second rule",
      objects: [
        clusterRole(
          { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
          { apiGroups: ["apps"], resources: ["*"], verbs: ["get", "*"] },
        ),
      ],
      finds: ["rules[1].verbs[1] grants all verbs", "rules[1].resources[0] grants all resources"],
    },
  ],
  "no-rbac-escalation": [
    {
      of: "reading roles",
      objects: [clusterRole({ apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["get"] })],
      finds: [],
    },
    {
      of: "binding roles",
      objects: [
        clusterRole({ apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["get", "bind"] }),
      ],
      finds: ["rules[0].verbs[1] lets its holder become somebody else"],
    },
  ],
  "no-broad-binding": [
    { of: "one account bound to one role", objects: [binding("reader", account)], finds: [] },
    {
      of: "an account made administrator",
      objects: [binding("cluster-admin", account)],
      finds: ["roleRef.name makes its subjects administrators"],
    },
    {
      of: "a role for everybody",
      objects: [binding("reader", { kind: "Group", name: "system:unauthenticated" })],
      finds: ["subjects[0].name grants the role to everybody"],
    },
  ],
};
