import { execa } from "execa";
import type { Container, PodSpec } from "kubernetes-types/core/v1";
import { beforeAll, describe, expect, it } from "vitest";
import type { UpResult } from "../../delivery/cli/commands/up.ts";
import type { RuleReport } from "../../delivery/cli/rule-report.ts";
import { connectCluster, type Cluster } from "../../delivery/cluster-client/cluster.ts";
import { podSecurityRules } from "../../policy/rules/pod-security.ts";
import { clusterLayout, clusterPaths } from "../../toolchain/cluster/layout.ts";
import { Clone } from "./clone.ts";

const NAMESPACE = "bizosaas-dev";

let clone: Clone;
let cluster: Cluster;

beforeAll(async () => {
  clone = await Clone.create();
  await clone.keepOnly("bizosaas");
  const up = await clone.json<UpResult>(["up"]);
  expect(up).toMatchObject({ exitCode: 0, output: { health: { outcome: "healthy" } } });
  cluster = connectCluster({ kubeConfigFile: clusterPaths(clusterLayout).kubeconfig, context: "fleet-local" });
});

/** One thing that the restricted profile forbids: our rule for it, the change, and the API server's own word for it. */
interface Control {
  readonly rule: string;
  readonly reason: string;
  readonly change: (pod: PodSpec, container: Container) => void;
}

const securityContext = (of: Container, change: Container["securityContext"]) => {
  of.securityContext = { ...of.securityContext, ...change };
};

const podSecurityContext = (of: PodSpec, change: PodSpec["securityContext"]) => {
  of.securityContext = { ...of.securityContext, ...change };
};

// Besides what is forbidden, each change holds what the API server's validation wants with it.
const controls: readonly Control[] = [
  { rule: "pod-host-namespaces", reason: "host namespaces", change: (pod) => (pod.hostPID = true) },
  {
    rule: "pod-host-process",
    reason: "hostProcess",
    change: (pod) => {
      pod.hostNetwork = true;
      podSecurityContext(pod, { windowsOptions: { hostProcess: true } });
    },
  },
  {
    rule: "pod-privileged",
    reason: "privileged",
    change: (_, container) => {
      securityContext(container, { privileged: true, allowPrivilegeEscalation: true });
    },
  },
  {
    rule: "pod-capabilities",
    reason: "unrestricted capabilities",
    change: (_, container) => {
      securityContext(container, { capabilities: {} });
    },
  },
  {
    rule: "pod-host-ports",
    reason: "hostPort",
    change: (_, container) => container.ports?.forEach((port) => (port.hostPort = port.containerPort)),
  },
  {
    rule: "pod-host-probes",
    reason: "probe or lifecycle host",
    change: (_, container) => {
      Object.assign(container.livenessProbe?.httpGet ?? {}, { host: "169.254.169.254" });
    },
  },
  {
    rule: "pod-apparmor",
    reason: "forbidden AppArmor profile",
    change: (pod) => {
      podSecurityContext(pod, { appArmorProfile: { type: "Unconfined" } });
    },
  },
  {
    rule: "pod-selinux",
    reason: "seLinuxOptions",
    change: (pod) => {
      podSecurityContext(pod, { seLinuxOptions: { type: "spc_t" } });
    },
  },
  {
    rule: "pod-proc-mount",
    reason: "procMount",
    change: (pod, container) => {
      Object.assign(pod, { hostUsers: false });
      securityContext(container, { procMount: "Unmasked" });
    },
  },
  {
    rule: "pod-sysctls",
    reason: "forbidden sysctls",
    change: (pod) => {
      podSecurityContext(pod, { sysctls: [{ name: "kernel.msgmax", value: "65536" }] });
    },
  },
  {
    rule: "pod-volume-types",
    reason: "restricted volume types",
    change: (pod) => pod.volumes?.push({ name: "root", hostPath: { path: "/" } }),
  },
  {
    rule: "pod-privilege-escalation",
    reason: "allowPrivilegeEscalation != false",
    change: (_, container) => {
      securityContext(container, { allowPrivilegeEscalation: true });
    },
  },
  {
    rule: "pod-non-root",
    reason: "runAsNonRoot != true",
    change: (_, container) => {
      securityContext(container, { runAsNonRoot: false });
    },
  },
  {
    rule: "pod-seccomp",
    reason: "seccompProfile",
    change: (_, container) => {
      securityContext(container, { seccompProfile: { type: "Unconfined" } });
    },
  },
];

describe("the API server's own Pod Security", () => {
  it("enforces the restricted profile in every namespace of the stack", async () => {
    const { items } = await cluster.core.listNamespace({ labelSelector: "app.kubernetes.io/managed-by=fleet" });
    expect(
      items.map(({ metadata }) => [metadata?.name, metadata?.labels?.["pod-security.kubernetes.io/enforce"]]),
    ).toEqual([[NAMESPACE, "restricted"]]);
  });

  it("accepts the pods of every workload as they are", async () => {
    for (const template of await templates()) {
      expect(await dryRun(template.spec)).toMatchObject({ exitCode: 0 });
    }
  });

  it("has a control for each of our rules", () => {
    expect(controls.map(({ rule }) => rule)).toEqual(podSecurityRules.map(({ name }) => name));
  });

  it.each(controls)("refuses what $rule refuses, for the same reason", async ({ reason, change }) => {
    const [template] = await templates();
    const spec = structuredClone(template?.spec);
    const [container] = spec?.containers ?? [];
    if (!spec || !container) throw new Error("There is no workload to change.");
    change(spec, container);
    const { exitCode, stderr } = await dryRun(spec);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`violates PodSecurity "restricted:latest"`);
    expect(stderr).toContain(reason);
  });
});

describe("an audit of the live cluster", () => {
  it("finds nothing mandatory in what the program put there", async () => {
    const { exitCode, output } = await clone.json<RuleReport>(["audit"]);
    expect(output.violations.filter(({ level }) => level === "mandatory")).toEqual([]);
    expect(exitCode).toBe(0);
    expect(output.objects).toBeGreaterThan(50);
  });

  it("finds what somebody else puts there, until it is gone", async () => {
    const literal = "--from-literal=DB_PASSWORD=hunter2";
    await kubectl(["create", "configmap", "by-hand", literal]);
    try {
      const { exitCode, output } = await clone.json<RuleReport>(["audit"]);
      expect(exitCode).toBe(1);
      expect(output.violations).toMatchObject([
        {
          rule: "no-plaintext-secret-in-config-map",
          object: `ConfigMap ${NAMESPACE}/by-hand`,
          path: "data.DB_PASSWORD",
        },
      ]);
      expect(JSON.stringify(output)).not.toContain("hunter2");
    } finally {
      await kubectl(["delete", "configmap", "by-hand"]);
    }
    expect((await clone.fleet(["audit"])).exitCode).toBe(0);
  });
});

interface Template {
  readonly spec: PodSpec;
}

interface Workload {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: Template;
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

/** The pod templates of the namespace's Deployments and StatefulSets; CRM's first, which has an HTTP probe. */
async function templates(): Promise<readonly Template[]> {
  const lists = await Promise.all(
    ["deployments", "statefulsets"].map((resource) =>
      cluster.list(`/apis/apps/v1/namespaces/${NAMESPACE}/${resource}`),
    ),
  );
  const workloads = lists.flat() as readonly Workload[];
  const isCrm = ({ metadata }: Workload) => metadata.name === "bizosaas-crm";
  return [...workloads.filter(isCrm), ...workloads.filter((one) => !isCrm(one))].map(podTemplate);
}

/** A StatefulSet's pod gets its claims' volumes from the controller; a pod alone needs some of the same names. */
function podTemplate({ spec: { template, volumeClaimTemplates = [] } }: Workload): Template {
  const claimed = volumeClaimTemplates.map(({ metadata }) => ({ name: metadata.name, emptyDir: {} }));
  return { ...template, spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claimed] } };
}

/** Creates a pod as far as the API server goes before it stores anything. */
async function dryRun(spec: PodSpec | undefined): Promise<{ readonly exitCode: number; readonly stderr: string }> {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { generateName: "guard-", namespace: NAMESPACE }, spec };
  const { exitCode, stderr } = await kubectl(["create", "--dry-run=server", "-f", "-"], JSON.stringify(pod));
  return { exitCode: exitCode ?? -1, stderr };
}

async function kubectl(args: readonly string[], input = "") {
  const { bin, kubeconfig } = clusterPaths(clusterLayout);
  return execa(`${bin}/kubectl`, ["--kubeconfig", kubeconfig, "-n", NAMESPACE, ...args], { input, reject: false });
}
