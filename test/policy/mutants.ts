import type { Container, PodSpec } from "kubernetes-types/core/v1";
import { isA, type Kinds, type KubernetesObject } from "../../policy/kubernetes-object.ts";

/** One harmful change to the rendered production stack, and the rule that has to catch it. */
export interface Mutant {
  readonly rule: string;
  readonly does: string;
  readonly mutate: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[];
}

const CRM = "bizosaas-crm";

/** Changes one object, which must be there. */
function changed<K extends keyof Kinds>(kind: K, name: string, change: (object: Kinds[K]) => void): Mutant["mutate"] {
  return (objects) => {
    const at = objects.findIndex((candidate) => isA(kind, candidate) && candidate.metadata?.name === name);
    const object = structuredClone(objects[at]);
    if (!object || !isA(kind, object)) throw new Error(`There is no ${kind} ${name} to change.`);
    change(object);
    return objects.with(at, object);
  };
}

/** Leaves out the objects of a kind and a name, of which there must be one. */
function without(kind: keyof Kinds, name: string): Mutant["mutate"] {
  return (objects) => {
    const rest = objects.filter((object) => !isA(kind, object) || object.metadata?.name !== name);
    if (rest.length === objects.length) throw new Error(`There is no ${kind} ${name} to leave out.`);
    return rest;
  };
}

const pod = (change: (spec: PodSpec) => void) =>
  changed("apps/v1/Deployment", CRM, ({ spec }) => {
    if (spec?.template.spec) change(spec.template.spec);
  });

const container = (change: (container: Container) => void) =>
  pod(({ containers }) => {
    containers.forEach(change);
  });

const context = (change: Container["securityContext"]) =>
  container((of) => {
    of.securityContext = { ...of.securityContext, ...change };
  });

const podContext = (change: PodSpec["securityContext"]) =>
  pod((spec) => {
    spec.securityContext = { ...spec.securityContext, ...change };
  });

const added =
  (object: KubernetesObject): Mutant["mutate"] =>
  (objects) => [...objects, object];

function copyOf(object: KubernetesObject, name: string): readonly KubernetesObject[] {
  if (!isA("apps/v1/Deployment", object) || object.metadata?.name !== CRM) return [];
  return [{ ...object, metadata: { ...object.metadata, name } }];
}

const rbac = "rbac.authorization.k8s.io";

const role = (verb: string, resource: string) =>
  added({
    apiVersion: `${rbac}/v1`,
    kind: "Role",
    metadata: { name: "deployer", namespace: "bizosaas" },
    rules: [{ apiGroups: [""], resources: [resource], verbs: [verb] }],
  } as KubernetesObject);

/** Adds a copy of an object under another name; only what `change` leaves alike is alike. */
function copied<K extends keyof Kinds>(kind: K, change: (copy: Kinds[K]) => void = () => undefined): Mutant["mutate"] {
  return (objects) => {
    const original = objects.find((object) => isA(kind, object) && object.metadata?.name === CRM);
    if (!original) throw new Error(`There is no ${kind} ${CRM} to copy.`);
    const copy = structuredClone({ ...original, metadata: { ...original.metadata, name: "crm-copy" } });
    if (isA(kind, copy)) change(copy);
    return [...objects, copy];
  };
}

/** At least one for each rule. */
export const mutants: readonly Mutant[] = [
  {
    rule: "kubernetes-schema",
    does: "misspells a field",
    mutate: container((of) => Object.assign(of, { workingdir: "/srv" })),
  },
  {
    rule: "kubernetes-schema",
    does: "writes a number as a text",
    mutate: pod((spec) => Object.assign(spec, { terminationGracePeriodSeconds: "30" })),
  },
  {
    rule: "kubernetes-schema",
    does: "forgets what a list is",
    mutate: container((of) => Object.assign(of, { ports: { http: 8004 } })),
  },
  {
    rule: "kubernetes-schema",
    does: "asks for a version of the API that is gone",
    mutate: changed("autoscaling/v2/HorizontalPodAutoscaler", CRM, (object) => {
      Object.assign(object, { apiVersion: "autoscaling/v2beta2" });
    }),
  },
  { rule: "pod-host-namespaces", does: "joins the node's network", mutate: pod((spec) => (spec.hostNetwork = true)) },
  {
    rule: "pod-host-process",
    does: "becomes a process of a Windows node",
    mutate: podContext({ windowsOptions: { hostProcess: true } }),
  },
  { rule: "pod-privileged", does: "becomes privileged", mutate: context({ privileged: true }) },
  { rule: "pod-capabilities", does: "keeps its capabilities", mutate: context({ capabilities: {} }) },
  {
    rule: "pod-host-ports",
    does: "takes a port of the node",
    mutate: container(({ ports }) => ports?.forEach((port) => (port.hostPort = 8080))),
  },
  {
    rule: "pod-host-probes",
    does: "probes the cloud's metadata",
    mutate: container(
      (of) => (of.livenessProbe = { ...of.livenessProbe, httpGet: { port: 80, host: "169.254.169.254" } }),
    ),
  },
  {
    rule: "pod-apparmor",
    does: "leaves AppArmor",
    mutate: podContext({ appArmorProfile: { type: "Unconfined" } }),
  },
  { rule: "pod-selinux", does: "leaves SELinux", mutate: podContext({ seLinuxOptions: { type: "spc_t" } }) },
  { rule: "pod-proc-mount", does: "unmasks /proc", mutate: context({ procMount: "Unmasked" }) },
  {
    rule: "pod-sysctls",
    does: "changes the kernel of all",
    mutate: podContext({ sysctls: [{ name: "kernel.msgmax", value: "65536" }] }),
  },
  {
    rule: "pod-volume-types",
    does: "mounts the node's root",
    mutate: pod((spec) => spec.volumes?.push({ name: "root", hostPath: { path: "/" } })),
  },
  {
    rule: "pod-privilege-escalation",
    does: "may gain privileges",
    mutate: context({ allowPrivilegeEscalation: true }),
  },
  { rule: "pod-non-root", does: "runs as root", mutate: podContext({ runAsUser: 0 }) },
  { rule: "pod-non-root", does: "may run as root", mutate: context({ runAsNonRoot: false }) },
  { rule: "pod-seccomp", does: "has no seccomp profile", mutate: context({ seccompProfile: { type: "Unconfined" } }) },
  { rule: "read-only-root", does: "can write to its image", mutate: context({ readOnlyRootFilesystem: false }) },
  { rule: "probes", does: "is never asked whether it lives", mutate: container((of) => delete of.livenessProbe) },
  {
    rule: "health-policy",
    does: "leaves to Kubernetes when it counts as ill",
    mutate: container((of) => delete of.livenessProbe?.failureThreshold),
  },
  {
    rule: "health-policy",
    does: "is believed for five minutes",
    mutate: container((of) => Object.assign(of.readinessProbe ?? {}, { periodSeconds: 100, failureThreshold: 3 })),
  },
  {
    rule: "requests-and-limits",
    does: "has no memory limit",
    mutate: container((of) => delete of.resources?.limits?.["memory"]),
  },
  { rule: "image-by-digest", does: "runs a tag", mutate: container((of) => (of.image = "ghcr.io/acme/crm:1.2.3")) },
  {
    rule: "image-no-latest",
    does: "runs whatever is latest",
    mutate: container((of) => (of.image = `crm:latest@sha256:${"a".repeat(64)}`)),
  },
  {
    rule: "no-plaintext-secret-in-environment",
    does: "carries a key in its environment",
    mutate: container((of) => (of.env = [{ name: "OPENAI_API_KEY", value: "hunter2" }])),
  },
  {
    rule: "no-plaintext-secret-in-arguments",
    does: "carries a password in its arguments",
    mutate: container((of) => (of.args = ["--password=hunter2"])),
  },
  {
    rule: "no-plaintext-secret-in-config-map",
    does: "keeps its database URL in a ConfigMap",
    mutate: changed("v1/ConfigMap", CRM, ({ data }) => {
      if (data) data["DATABASE"] = "postgresql://crm:hunter2@db:5432/crm";
    }),
  },
  {
    rule: "no-automounted-token",
    does: "mounts a token",
    mutate: pod((spec) => (spec.automountServiceAccountToken = true)),
  },
  { rule: "no-wildcard-rbac", does: "adds a role for everything", mutate: role("get", "*") },
  { rule: "no-rbac-escalation", does: "adds a role that binds roles", mutate: role("bind", "roles") },
  {
    rule: "no-broad-binding",
    does: "makes an account administrator",
    mutate: added({
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: "deployer", namespace: "bizosaas" },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "cluster-admin" },
    } as KubernetesObject),
  },
  {
    rule: "namespace-default-deny",
    does: "loses the default denial",
    mutate: without("networking.k8s.io/v1/NetworkPolicy", "default-deny"),
  },
  {
    rule: "workload-network-policy",
    does: "loses its own network policy",
    mutate: without("networking.k8s.io/v1/NetworkPolicy", CRM),
  },
  {
    rule: "workload-network-policy",
    does: "changes its labels away from its policy's",
    mutate: changed("networking.k8s.io/v1/NetworkPolicy", "bizosaas-redis", ({ spec }) => {
      if (spec) spec.podSelector = { matchLabels: { "app.kubernetes.io/name": "bizosaas-cache" } };
    }),
  },
  {
    rule: "no-allow-all-network-policy",
    does: "lets everybody in",
    mutate: changed("networking.k8s.io/v1/NetworkPolicy", CRM, ({ spec }) => spec?.ingress?.push({})),
  },
  {
    rule: "ingress-tls",
    does: "is served without TLS",
    mutate: changed("networking.k8s.io/v1/Ingress", CRM, ({ spec }) => delete spec?.tls),
  },
  {
    rule: "no-node-port",
    does: "opens a port on every node",
    mutate: changed("v1/Service", CRM, ({ spec }) => {
      if (spec) spec.type = "NodePort";
    }),
  },
  {
    rule: "no-external-ips",
    does: "claims an address",
    mutate: changed("v1/Service", CRM, ({ spec }) => {
      if (spec) spec.externalIPs = ["192.0.2.1"];
    }),
  },
  {
    rule: "namespace-pod-security",
    does: "lets any pod into the namespace",
    mutate: changed("v1/Namespace", "bizosaas", ({ metadata }) => {
      if (metadata?.labels) metadata.labels["pod-security.kubernetes.io/enforce"] = "privileged";
    }),
  },
  {
    rule: "disruption-budget",
    does: "loses its disruption budget",
    mutate: without("policy/v1/PodDisruptionBudget", CRM),
  },
  {
    rule: "disruption-budget-allows-drain",
    does: "never lets a pod go",
    mutate: changed("policy/v1/PodDisruptionBudget", CRM, ({ spec }) => {
      if (spec) spec.minAvailable = 2;
    }),
  },
  {
    rule: "spread-over-nodes",
    does: "puts all pods on one node",
    mutate: pod((spec) => delete spec.topologySpreadConstraints),
  },
  {
    rule: "priority-class",
    does: "adds a workload without a priority",
    // Production names no priority classes yet, so taking one away would change nothing.
    mutate: (objects) => [...objects, ...objects.flatMap((object) => copyOf(object, "crm-copy"))],
  },
  {
    rule: "one-owner",
    does: "lets the operator overwrite its Secret",
    mutate: added({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: "overwriting", namespace: "bizosaas" },
      spec: { target: { name: CRM } },
    } as KubernetesObject),
  },
  {
    rule: "references-resolve",
    does: "loses what the operator makes for it",
    mutate: without("external-secrets.io/v1/ExternalSecret", "bizosaas-ai-orchestrator-from-store"),
  },
  { rule: "references-resolve", does: "loses its configuration", mutate: without("v1/ConfigMap", CRM) },
  {
    rule: "references-resolve",
    does: "asks for a key that the Secret does not have",
    mutate: container((of) => (of.env = [{ name: "URL", valueFrom: { secretKeyRef: { name: CRM, key: "NONE" } } }])),
  },
  { rule: "targets-resolve", does: "loses the Service of its ingress", mutate: without("v1/Service", CRM) },
  {
    rule: "one-owner",
    does: "is described twice",
    mutate: (objects) => [...objects, ...objects.filter((object) => isA("v1/ConfigMap", object)).slice(0, 1)],
  },
  {
    rule: "one-owner",
    does: "sets the replicas that its autoscaler sets",
    mutate: changed("apps/v1/Deployment", CRM, ({ spec }) => {
      if (spec) spec.replicas = 3;
    }),
  },
  { rule: "one-owner", does: "is scaled twice", mutate: copied("autoscaling/v2/HorizontalPodAutoscaler") },
  { rule: "one-owner", does: "has two disruption budgets", mutate: copied("policy/v1/PodDisruptionBudget") },
  { rule: "one-owner", does: "shares its host with another ingress", mutate: copied("networking.k8s.io/v1/Ingress") },
  {
    rule: "one-owner",
    does: "shares its Secret with a secret store",
    mutate: added({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: CRM, namespace: "bizosaas" },
    }),
  },
];
