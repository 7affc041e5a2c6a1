import type { Container, PodSecurityContext, PodSpec, SecurityContext, Volume } from "kubernetes-types/core/v1";
import { CONTAINER, deployment, job, POD, type Cases } from "../objects.ts";

const withContext = (securityContext: SecurityContext) => [deployment({ securityContext })];
const withPodContext = (securityContext: PodSecurityContext) => [deployment({}, { securityContext })];
const withPod = (pod: Partial<PodSpec>) => [deployment({}, pod)];
const withContainer = (container: Partial<Container>) => [deployment(container)];
const withVolume = (volume: Volume) => withPod({ volumes: [volume] });

const CONTEXT = `${CONTAINER}.securityContext`;

/** One table a control of the restricted profile. */
export const podSecurityCases: Cases = {
  "pod-host-namespaces": [
    { of: "a pod with namespaces of its own", objects: withPod({ hostNetwork: false }), finds: [] },
    {
      of: "a pod in the node's network and process namespaces",
      objects: withPod({ hostNetwork: true, hostPID: true }),
      finds: [`${POD}.hostNetwork shares a namespace with the node`, `${POD}.hostPID shares a namespace with the node`],
    },
  ],
  "pod-host-process": [
    { of: "a pod without Windows options", objects: withPodContext({}), finds: [] },
    {
      of: "a Windows host process",
      objects: withPodContext({ windowsOptions: { hostProcess: true } }),
      finds: [`${POD}.securityContext.windowsOptions.hostProcess runs as a process of the node`],
    },
  ],
  "pod-privileged": [
    { of: "a container that is not privileged", objects: withContext({ privileged: false }), finds: [] },
    {
      of: "a privileged container",
      objects: withContext({ privileged: true }),
      finds: [`${CONTEXT}.privileged is privileged`],
    },
    {
      of: "a privileged init container of a pod that is otherwise harmless",
      objects: withPod({ initContainers: [{ name: "init", securityContext: { privileged: true } }] }),
      finds: [`${POD}.initContainers[0].securityContext.privileged is privileged`],
    },
  ],
  "pod-capabilities": [
    {
      of: "a container that drops all and may bind low ports",
      objects: withContext({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }),
      finds: [],
    },
    {
      of: "a container that drops one capability and adds another",
      objects: withContext({ capabilities: { drop: ["KILL"], add: ["SYS_ADMIN"] } }),
      finds: [
        `${CONTEXT}.capabilities.drop does not drop all capabilities`,
        `${CONTEXT}.capabilities.add[0] adds a capability`,
      ],
    },
    {
      of: "a Job's container that says nothing",
      objects: [job()],
      finds: [`${CONTEXT}.capabilities.drop does not drop all capabilities`],
    },
  ],
  "pod-host-ports": [
    { of: "a port of the container", objects: withContainer({ ports: [{ containerPort: 80 }] }), finds: [] },
    {
      of: "a port of the node",
      objects: withContainer({ ports: [{ containerPort: 80, hostPort: 80 }] }),
      finds: [`${CONTAINER}.ports[0].hostPort takes a port of the node`],
    },
  ],
  "pod-host-probes": [
    {
      of: "a probe of the pod itself",
      objects: withContainer({ livenessProbe: { httpGet: { port: 80 } } }),
      finds: [],
    },
    {
      of: "a probe and a hook that go elsewhere",
      objects: withContainer({
        livenessProbe: { httpGet: { port: 80, host: "169.254.169.254" } },
        lifecycle: { preStop: { tcpSocket: { port: 22, host: "10.0.0.1" } } },
      }),
      finds: [
        `${CONTAINER}.livenessProbe.httpGet.host names a host`,
        `${CONTAINER}.lifecycle.preStop.tcpSocket.host names a host`,
      ],
    },
  ],
  "pod-apparmor": [
    {
      of: "the runtime's own profile",
      objects: withPodContext({ appArmorProfile: { type: "RuntimeDefault" } }),
      finds: [],
    },
    {
      of: "a container that is not confined",
      objects: withContext({ appArmorProfile: { type: "Unconfined" } }),
      finds: [`${CONTEXT}.appArmorProfile.type is not confined`],
    },
  ],
  "pod-selinux": [
    { of: "a type for containers", objects: withPodContext({ seLinuxOptions: { type: "container_t" } }), finds: [] },
    {
      of: "a type, a user and a role of its own",
      objects: withContext({ seLinuxOptions: { type: "spc_t", user: "root", role: "sysadm_r" } }),
      finds: [
        `${CONTEXT}.seLinuxOptions.type sets an SELinux type`,
        `${CONTEXT}.seLinuxOptions.user sets an SELinux user`,
        `${CONTEXT}.seLinuxOptions.role sets an SELinux role`,
      ],
    },
  ],
  "pod-proc-mount": [
    { of: "a masked /proc", objects: withContext({ procMount: "Default" }), finds: [] },
    {
      of: "an unmasked /proc",
      objects: withContext({ procMount: "Unmasked" }),
      finds: [`${CONTEXT}.procMount unmasks /proc`],
    },
  ],
  "pod-sysctls": [
    {
      of: "a safe sysctl",
      objects: withPodContext({ sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }] }),
      finds: [],
    },
    {
      of: "a sysctl of the whole node",
      objects: withPodContext({ sysctls: [{ name: "kernel.msgmax", value: "65536" }] }),
      finds: [`${POD}.securityContext.sysctls[0].name sets an unsafe sysctl`],
    },
  ],
  "pod-volume-types": [
    { of: "a volume of the pod's own", objects: withVolume({ name: "tmp", emptyDir: {} }), finds: [] },
    {
      of: "a folder of the node",
      objects: withVolume({ name: "root", hostPath: { path: "/" } }),
      finds: [`${POD}.volumes[0].hostPath is a volume of type hostPath`],
    },
    {
      of: "a network volume named in the pod",
      objects: withVolume({ name: "share", nfs: { server: "nas", path: "/" } }),
      finds: [`${POD}.volumes[0].nfs is a volume of type nfs`],
    },
  ],
  "pod-privilege-escalation": [
    { of: "a container that cannot", objects: withContext({ allowPrivilegeEscalation: false }), finds: [] },
    {
      of: "a container that says nothing, which Kubernetes takes for yes",
      objects: withContext({}),
      finds: [`${CONTEXT}.allowPrivilegeEscalation may gain privileges`],
    },
  ],
  "pod-non-root": [
    { of: "a pod that says so for its containers", objects: withPodContext({ runAsNonRoot: true }), finds: [] },
    {
      of: "a pod that says nothing",
      objects: withPod({}),
      finds: [`${POD}.securityContext.runAsNonRoot may run as root`],
    },
    {
      of: "a container that overrules its pod",
      objects: [deployment({ securityContext: { runAsNonRoot: false } }, { securityContext: { runAsNonRoot: true } })],
      finds: [`${CONTEXT}.runAsNonRoot may run as root`],
    },
    {
      of: "user 0 by number",
      objects: withPodContext({ runAsNonRoot: true, runAsUser: 0 }),
      finds: [`${POD}.securityContext.runAsUser runs as root`],
    },
  ],
  "pod-seccomp": [
    {
      of: "the runtime's own profile on the pod",
      objects: withPodContext({ seccompProfile: { type: "RuntimeDefault" } }),
      finds: [],
    },
    {
      of: "no profile",
      objects: withPod({}),
      finds: [`${POD}.securityContext.seccompProfile.type has no seccomp profile`],
    },
    {
      of: "a container that switches it off",
      objects: [
        deployment(
          { securityContext: { seccompProfile: { type: "Unconfined" } } },
          { securityContext: { seccompProfile: { type: "RuntimeDefault" } } },
        ),
      ],
      finds: [`${CONTEXT}.seccompProfile.type has no seccomp profile`],
    },
  ],
};
