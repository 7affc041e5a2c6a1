import type { SecurityContext } from "kubernetes-types/core/v1";
import { itemsOf } from "../kubernetes-object.ts";
import { containerRule, containersOf, podRule, type FoundPod } from "../pod.ts";
import { ALWAYS, type Finding, type ObjectRule, type Path } from "../rule.ts";

// One rule a control of https://kubernetes.io/docs/concepts/security/pod-security-standards/, profile "Restricted",
// which includes "Baseline". The API server enforces them too; here they are seen before anything reaches one.
const source = (control: string) => `Kubernetes Pod Security Standards, restricted: ${control}`;

/** A security context of the pod or of one of its containers, and where it stands. */
interface FoundContext {
  readonly context: SecurityContext;
  readonly path: Path;
}

function contextsOf(pod: FoundPod): readonly FoundContext[] {
  return [
    { context: pod.spec.securityContext ?? {}, path: [...pod.path, "securityContext"] },
    ...containersOf(pod).map(({ container, path }) => ({
      context: container.securityContext ?? {},
      path: [...path, "securityContext"],
    })),
  ];
}

function unless(allowed: boolean, path: Path, problem: string, value: unknown): readonly Finding[] {
  return allowed ? [] : [{ path, problem, ...(value === undefined ? {} : { value }) }];
}

const hostNamespaces = podRule(
  {
    name: "pod-host-namespaces",
    risk: "A pod in the node's network, process or IPC namespace sees and reaches what belongs to all others.",
    source: source("Host Namespaces"),
    fix: "remove hostNetwork, hostPID and hostIPC",
    levels: ALWAYS,
  },
  ({ spec, path }) =>
    (["hostNetwork", "hostPID", "hostIPC"] as const).flatMap((field) =>
      unless(!spec[field], [...path, field], "shares a namespace with the node", spec[field]),
    ),
);

const hostProcess = podRule(
  {
    name: "pod-host-process",
    risk: "A Windows host process is the node's own.",
    source: source("HostProcess"),
    fix: "remove windowsOptions.hostProcess",
    levels: ALWAYS,
  },
  (pod) =>
    contextsOf(pod).flatMap(({ context, path }) =>
      unless(
        !context.windowsOptions?.hostProcess,
        [...path, "windowsOptions", "hostProcess"],
        "runs as a process of the node",
        true,
      ),
    ),
);

const privileged = containerRule(
  {
    name: "pod-privileged",
    risk: "A privileged container is root on the node.",
    source: source("Privileged Containers"),
    fix: "remove securityContext.privileged",
    levels: ALWAYS,
  },
  ({ container, path }) =>
    unless(!container.securityContext?.privileged, [...path, "securityContext", "privileged"], "is privileged", true),
);

const capabilities = containerRule(
  {
    name: "pod-capabilities",
    risk: "Each kernel capability is a part of root's power; a compromised process uses all that it has.",
    source: source("Capabilities"),
    fix: "drop ALL; add back NET_BIND_SERVICE at most",
    levels: ALWAYS,
  },
  ({ container, path }) => {
    const { drop, add } = container.securityContext?.capabilities ?? {};
    const at = [...path, "securityContext", "capabilities"];
    const dropsAll = itemsOf(drop).some(([, name]) => name === "ALL");
    return [
      ...unless(dropsAll, [...at, "drop"], "does not drop all capabilities", drop),
      ...itemsOf(add).flatMap(([index, name]) =>
        unless(name === "NET_BIND_SERVICE", [...at, "add", index], "adds a capability", name),
      ),
    ];
  },
);

const hostPorts = containerRule(
  {
    name: "pod-host-ports",
    risk: "A port of the node goes round network policies.",
    source: source("Host Ports"),
    fix: "remove hostPort; expose the port by a Service",
    levels: ALWAYS,
  },
  ({ container, path }) =>
    itemsOf(container.ports).flatMap(([index, { hostPort }]) =>
      unless((hostPort ?? 0) === 0, [...path, "ports", index, "hostPort"], "takes a port of the node", hostPort),
    ),
);

const HANDLERS = ["startupProbe", "readinessProbe", "livenessProbe"] as const;

const hostProbes = containerRule(
  {
    name: "pod-host-probes",
    risk: "A probe or hook with a host of its own makes the kubelet send requests anywhere.",
    source: source("Host Probes / Lifecycle Hooks"),
    fix: "remove host from the probe or hook; it then asks the pod itself",
    levels: ALWAYS,
  },
  ({ container, path }) =>
    [
      ...HANDLERS.map((field) => ({ handler: container[field], at: [...path, field] })),
      { handler: container.lifecycle?.postStart, at: [...path, "lifecycle", "postStart"] },
      { handler: container.lifecycle?.preStop, at: [...path, "lifecycle", "preStop"] },
    ].flatMap(({ handler, at }) =>
      (["httpGet", "tcpSocket"] as const).flatMap((action) => {
        const host = handler?.[action]?.host;
        return unless((host ?? "") === "", [...at, action, "host"], "names a host", host);
      }),
    ),
);

const appArmor = podRule(
  {
    name: "pod-apparmor",
    risk: "Without AppArmor's profile the kernel confines a container less than the node's default does.",
    source: source("AppArmor"),
    fix: "remove appArmorProfile, or use RuntimeDefault or Localhost",
    levels: ALWAYS,
  },
  (pod) =>
    contextsOf(pod).flatMap(({ context, path }) => {
      const type = context.appArmorProfile?.type;
      return unless(type !== "Unconfined", [...path, "appArmorProfile", "type"], "is not confined", type);
    }),
);

const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

const seLinux = podRule(
  {
    name: "pod-selinux",
    risk: "An SELinux user, role or type of its own takes a container out of the policy for containers.",
    source: source("SELinux"),
    fix: "remove seLinuxOptions.user, role and type",
    levels: ALWAYS,
  },
  (pod) =>
    contextsOf(pod).flatMap(({ context, path }) => {
      const { type = "", user = "", role = "" } = context.seLinuxOptions ?? {};
      const at = [...path, "seLinuxOptions"];
      return [
        ...unless(SELINUX_TYPES.includes(type), [...at, "type"], "sets an SELinux type", type),
        ...unless(user === "", [...at, "user"], "sets an SELinux user", user),
        ...unless(role === "", [...at, "role"], "sets an SELinux role", role),
      ];
    }),
);

const procMount = containerRule(
  {
    name: "pod-proc-mount",
    risk: "An unmasked /proc shows and lets change what belongs to the node.",
    source: source("/proc Mount Type"),
    fix: "remove securityContext.procMount",
    levels: ALWAYS,
  },
  ({ container, path }) => {
    const type = container.securityContext?.procMount ?? "Default";
    return unless(type === "Default", [...path, "securityContext", "procMount"], "unmasks /proc", type);
  },
);

const SAFE_SYSCTLS = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
];

const sysctls = podRule(
  {
    name: "pod-sysctls",
    risk: "Most kernel parameters are shared by all containers of a node.",
    source: source("Sysctls"),
    fix: "remove the sysctl; only those that Kubernetes calls safe are allowed",
    levels: ALWAYS,
  },
  ({ spec, path }) =>
    itemsOf(spec.securityContext?.sysctls).flatMap(([index, { name }]) =>
      unless(
        SAFE_SYSCTLS.includes(name),
        [...path, "securityContext", "sysctls", index, "name"],
        "sets an unsafe sysctl",
        name,
      ),
    ),
);

const VOLUME_TYPES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

const volumeTypes = podRule(
  {
    name: "pod-volume-types",
    risk: "A volume of the node's file system (hostPath) or an in-tree network volume reaches past the pod.",
    source: source("HostPath Volumes, Volume Types"),
    fix: `use one of ${VOLUME_TYPES.join(", ")}`,
    levels: ALWAYS,
  },
  ({ spec, path }) =>
    itemsOf(spec.volumes).flatMap(([index, volume]) =>
      Object.keys(volume)
        .filter((field) => field !== "name" && !VOLUME_TYPES.includes(field))
        .map((field) => ({ path: [...path, "volumes", index, field], problem: `is a volume of type ${field}` })),
    ),
);

const privilegeEscalation = containerRule(
  {
    name: "pod-privilege-escalation",
    risk: "A set-user-ID program in the image gives a process more rights than it was started with.",
    source: source("Privilege Escalation"),
    fix: "set securityContext.allowPrivilegeEscalation: false",
    levels: ALWAYS,
  },
  ({ container, path }) => {
    const value = container.securityContext?.allowPrivilegeEscalation;
    return unless(
      value === false,
      [...path, "securityContext", "allowPrivilegeEscalation"],
      "may gain privileges",
      value,
    );
  },
);

const nonRoot = containerRule(
  {
    name: "pod-non-root",
    risk: "Root in a container is root on the node once the container is left.",
    source: source("Running as Non-root, Running as Non-root user"),
    fix: "set runAsNonRoot: true on the pod and give runAsUser a number other than 0",
    levels: ALWAYS,
  },
  ({ container, path }, pod) => {
    const own = container.securityContext;
    const shared = pod.spec.securityContext;
    const at = (field: string) =>
      own && Object.hasOwn(own, field) ? [...path, "securityContext", field] : [...pod.path, "securityContext", field];
    const isNonRoot = own?.runAsNonRoot ?? shared?.runAsNonRoot;
    const user = own?.runAsUser ?? shared?.runAsUser;
    return [
      ...unless(isNonRoot === true, at("runAsNonRoot"), "may run as root", isNonRoot),
      ...unless(user !== 0, at("runAsUser"), "runs as root", user),
    ];
  },
);

const seccomp = containerRule(
  {
    name: "pod-seccomp",
    risk: "Without a seccomp profile every system call of the kernel can be tried.",
    source: source("Seccomp"),
    fix: "set seccompProfile.type: RuntimeDefault on the pod",
    levels: ALWAYS,
  },
  ({ container, path }, pod) => {
    const own = container.securityContext?.seccompProfile;
    const type = (own ?? pod.spec.securityContext?.seccompProfile)?.type;
    const at = [...(own ? path : pod.path), "securityContext", "seccompProfile", "type"];
    return unless(type === "RuntimeDefault" || type === "Localhost", at, "has no seccomp profile", type);
  },
);

/** Every control of the restricted profile. */
export const podSecurityRules: readonly ObjectRule[] = [
  hostNamespaces,
  hostProcess,
  privileged,
  capabilities,
  hostPorts,
  hostProbes,
  appArmor,
  seLinux,
  procMount,
  sysctls,
  volumeTypes,
  privilegeEscalation,
  nonRoot,
  seccomp,
];
