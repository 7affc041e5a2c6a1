import type { Container, PodSpec, PodTemplateSpec, Probe } from "kubernetes-types/core/v1";
import { TCP, type ProbeTiming } from "../declaration/specification.ts";

/** The user and group that containers run as; the shared Dockerfiles create it. */
export const NON_ROOT_ID = 10001;

/** Who a pod's processes are, where the image asks for another user than the shared Dockerfiles' own. */
export interface PodIdentity {
  readonly user: number;
  readonly group: number;
}

const sharedDockerfileUser: PodIdentity = { user: NON_ROOT_ID, group: NON_ROOT_ID };

/**
 * Makes a pod meet the restricted Pod Security profile, with a read-only root file system and no API token.
 *
 * It comes after everything else, a service's own transform included, and wins.
 * Source: Kubernetes, Pod Security Standards, "Restricted".
 */
export function harden(template: PodTemplateSpec, identity: PodIdentity = sharedDockerfileUser): PodTemplateSpec {
  const spec = template.spec;
  if (!spec) return template;
  const hardened: PodSpec = {
    ...spec,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    // Whole, not merged: what a transform adds (another seccomp profile, sysctls) could undo what stands here.
    securityContext: {
      runAsNonRoot: true,
      runAsUser: identity.user,
      runAsGroup: identity.group,
      fsGroup: identity.group,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: spec.containers.map(hardenContainer),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(hardenContainer) } : {}),
  };
  return { ...template, spec: hardened };
}

function hardenContainer(container: Container): Container {
  return {
    ...container,
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}

/** Whether the process works: by its liveness path, or by its port alone. */
export function livenessProbe(live: string, port: number, timing: ProbeTiming): Probe {
  return live === TCP ? { tcpSocket: { port }, ...timing } : httpProbe(live, port, timing);
}

/** An HTTP probe in the given rhythm. */
export function httpProbe(path: string, port: number, timing: ProbeTiming): Probe {
  return { httpGet: { path, port }, ...timing };
}
