import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { installTools, unpackPackages } from "../debian/packages.ts";
import { buildGoTool, type GoTool } from "../go/build.ts";
import { pinnedVersion, type GoToolModule } from "../go/modules.ts";
import type { Progress } from "../progress.ts";
import { clusterPaths, type ClusterLayout } from "./layout.ts";

/** What Go builds for the cluster. */
export interface GoPrograms {
  /** Such as `v1.36.3`. */
  readonly kubernetesVersion: string;
  /** Directories of executables to link under their own names. */
  readonly directories: readonly string[];
  readonly etcd: string;
  readonly coredns: string;
  readonly pause: string;
  /** Every build, with its version and the hash of its sources: equal for equal programs. */
  readonly builds: readonly string[];
}

/** What comes from Debian's packages. */
export interface Daemons {
  /** Directories of executables to link under their own names. */
  readonly directories: readonly string[];
  readonly cniPlugins: string;
}

/** Daemons, from Debian, unpacked only: nothing of theirs starts by itself. */
const daemons = ["containerd", "runc", "docker.io", "docker-registry", "containernetworking-plugins", "runit"];
/** Shared libraries of the above that a minimal Debian lacks. */
const libraries = ["libdevmapper1.02.1", "libseccomp2"];
/** Tools without a service of their own, installed as usual. */
const tools = ["iptables", "ipset", "nfacct", "conntrack", "iproute2", "kmod", "mmdebstrap"];

/** Fetches the daemons and installs the tools they call, unless they are there. */
export async function ensureDaemons(progress: Progress): Promise<Daemons> {
  await installTools(tools, progress);
  const debian = await unpackPackages("cluster", [...daemons, ...libraries], progress);
  return { directories: [join(debian, "usr/bin"), join(debian, "usr/sbin")], cniPlugins: join(debian, "usr/lib/cni") };
}

/** Builds what comes from Go modules, or finds it in the cache. */
export async function ensureGoPrograms(progress: Progress): Promise<GoPrograms> {
  const build = async (module: GoToolModule, modulePath: string, command: string) => {
    const version = await pinnedVersion(module, modulePath);
    return buildGoTool({ module, packages: [command], version }, progress);
  };
  const kubernetesVersion = await pinnedVersion("kubernetes", "k8s.io/kubernetes");
  const kubernetes = await buildGoTool(kubernetesTool(kubernetesVersion), progress);
  const etcd = await build("etcd", "go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/server/v3");
  const coredns = await build("coredns", "github.com/coredns/coredns", "github.com/coredns/coredns");
  const kubeRouter = "github.com/cloudnativelabs/kube-router/v2";
  const policy = await build("network-policy", kubeRouter, `${kubeRouter}/cmd/kube-router`);
  const volumes = await buildGoTool({ module: "volumes", packages: ["."], version: "v1" }, progress);
  const pause = await buildGoTool({ module: "pause", packages: ["."], version: "v1" }, progress);
  return {
    kubernetesVersion,
    directories: [kubernetes, policy, volumes],
    etcd: join(etcd, "server"),
    coredns: join(coredns, "coredns"),
    pause: join(pause, "pause"),
    builds: [kubernetes, etcd, coredns, policy, volumes, pause].map((path) => basename(path)),
  };
}

/** The version stamps are those of Kubernetes' own build (hack/lib/version.sh). */
export function kubernetesTool(version: string): GoTool {
  const [major, minor] = version.slice(1).split(".");
  const stamps = ["k8s.io/client-go/pkg/version", "k8s.io/component-base/version"].flatMap((path) => [
    `-X ${path}.gitVersion=${version}`,
    `-X ${path}.gitMajor=${major ?? ""}`,
    `-X ${path}.gitMinor=${minor ?? ""}`,
  ]);
  const commands = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
    "kubeadm",
    "kubectl",
  ];
  return {
    module: "kubernetes",
    version,
    ldflags: stamps,
    packages: commands.map((name) => `k8s.io/kubernetes/cmd/${name}`),
  };
}

/** Links every executable into the cluster's `bin`, and the network plugins' directory beside it. */
export async function linkBinaries(layout: ClusterLayout, programs: GoPrograms, from: Daemons): Promise<void> {
  const { bin } = clusterPaths(layout);
  await rm(bin, { recursive: true, force: true });
  await mkdir(bin, { recursive: true });
  // Go names it after its module's directory.
  await symlink(programs.etcd, join(bin, "etcd"));
  const linked = new Set(["etcd"]);
  for (const directory of [...programs.directories, ...from.directories]) {
    for (const name of await readdir(directory)) {
      if (linked.has(name)) continue;
      linked.add(name);
      await symlink(join(directory, name), join(bin, name));
    }
  }
  const plugins = `${layout.state}/cni-plugins`;
  await rm(plugins, { recursive: true, force: true });
  await symlink(from.cniPlugins, plugins);
}
