import { describe, expect, it } from "vitest";
import { parseAllDocuments, parse } from "yaml";
import { addonManifests } from "../../../toolchain/cluster/addons.ts";
import { kubernetesTool } from "../../../toolchain/cluster/binaries.ts";
import { configurationFiles, podResolvConf } from "../../../toolchain/cluster/configuration.ts";
import { namedContext } from "../../../toolchain/cluster/credentials.ts";
import { bootScript, serviceScripts } from "../../../toolchain/cluster/runit.ts";
import { clusterServices, serviceEnvironment } from "../../../toolchain/cluster/services.ts";
import { proxySettings } from "../../../toolchain/cluster/supervision.ts";

const layout = { state: "/state", run: "/run/x" };
const files = configurationFiles({
  layout,
  kubernetesVersion: "v1.36.3",
  pauseImage: "localhost:5000/fleet/pause:1",
  cniPlugins: "/state/cni-plugins",
  resolvConf: "/etc/resolv.conf",
});

describe("the configuration", () => {
  it("asks kubeadm for certificates that every client's address is in", () => {
    const [, cluster] = parseAllDocuments(files["kubeadm.yaml"] ?? "").map((document) => document.toJS() as unknown);
    expect(cluster).toMatchObject({
      kubernetesVersion: "v1.36.3",
      controlPlaneEndpoint: "127.0.0.1:6443",
      apiServer: { certSANs: ["127.0.0.1", "localhost", "10.244.0.1"] },
    });
  });

  it("lets the kubelet run on either cgroup version, and never evict for a full disk", () => {
    expect(parse(files["kubelet.yaml"] ?? "")).toMatchObject({
      failCgroupV1: false,
      cgroupRoot: "/fleet",
      authentication: { anonymous: { enabled: false } },
      evictionHard: { "nodefs.available": "0%" },
    });
  });

  it("keeps NodePorts off the machine's outer interfaces", () => {
    expect(parse(files["kube-proxy.yaml"] ?? "")).toMatchObject({
      nodePortAddresses: ["127.0.0.0/8", "10.244.0.1/32"],
    });
  });

  it("keeps all state inside the layout's two roots", () => {
    const text = [...Object.values(files), JSON.stringify(clusterServices(layout))].join("\n");
    const allowed = /^\/(state|run\/x|etc\/resolv\.conf|fleet|blob|16|24|32|8)\b/;
    const paths = text.match(/(?<=[="' ]|unix:\/\/)\/[\w.-]+[\w./-]*/g) ?? [];
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
  });
});

describe("pods' resolv.conf", () => {
  it("is the machine's where its name servers can be reached from a pod", () => {
    expect(podResolvConf("search x\nnameserver 10.0.0.2\n", true)).toBe("/etc/resolv.conf");
  });

  it("is systemd-resolved's upstream file, or none, where they are on the loopback interface", () => {
    expect(podResolvConf("nameserver 127.0.0.53\n", true)).toBe("/run/systemd/resolve/resolv.conf");
    expect(podResolvConf("nameserver 127.0.0.1\nnameserver ::1\n", false)).toBe("");
  });

  it("makes CoreDNS forward only where there is somewhere to forward to", () => {
    const corefile = (forwards: boolean) =>
      JSON.stringify(addonManifests("image", forwards).find(({ kind }) => kind === "ConfigMap"));
    expect(corefile(true)).toContain("forward . /etc/resolv.conf");
    expect(corefile(false)).not.toContain("forward");
  });
});

describe("a supervised service", () => {
  it("waits for what it starts after, then becomes the program", () => {
    const scripts = serviceScripts(
      { name: "x", command: ["x", "--a=b c", "--d='e'"], startsWhen: ["[ -S /run/s.sock ]"] },
      "/logs/x",
    );
    expect(scripts).toEqual({
      run: "#!/bin/sh\nexec 2>&1\nuntil [ -S /run/s.sock ]; do sleep 0.1; done\nexec x '--a=b c' '--d='\\''e'\\'''\n",
      "log/run": "#!/bin/sh\nexec svlogd /logs/x\n",
    });
  });

  it("has a name of its own", () => {
    const names = clusterServices(layout).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("sees the marker and the caller's proxy, and nothing else of the caller's", () => {
    const proxy = proxySettings({ HTTPS_PROXY: "http://p:1", AWS_SECRET_ACCESS_KEY: "s", no_proxy: "" });
    expect(serviceEnvironment(layout, proxy)).toEqual({
      HTTPS_PROXY: "http://p:1",
      PATH: "/state/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: "/state",
      FLEET_CLUSTER: "/state",
    });
  });

  it("is started from a mount namespace that keeps its mounts to itself", () => {
    const script = bootScript({
      cgroups: ["/sys/fs/cgroup/pids/fleet/system"],
      overlays: [["/o/cni", "/var/lib/cni"]],
      services: "/s",
    });
    expect(script).toBe(
      [
        "#!/bin/sh",
        "set -e",
        "echo $$ > /sys/fs/cgroup/pids/fleet/system/cgroup.procs",
        "mount --make-rshared /",
        "mount --bind /o/cni /var/lib/cni",
        "exec runsvdir -P /s",
        "",
      ].join("\n"),
    );
  });
});

describe("the user's kubeconfig", () => {
  it("has one context, named so that it clashes with no other", () => {
    const kubeadms = {
      clusters: [{ name: "kubernetes", cluster: { server: "https://127.0.0.1:6443" } }],
      users: [{ name: "kubernetes-admin", user: { "client-key-data": "k" } }],
    };
    expect(parse(namedContext(JSON.stringify(kubeadms)))).toEqual({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "fleet-local", cluster: { server: "https://127.0.0.1:6443" } }],
      users: [{ name: "fleet-local", user: { "client-key-data": "k" } }],
      contexts: [{ name: "fleet-local", context: { cluster: "fleet-local", user: "fleet-local" } }],
      "current-context": "fleet-local",
    });
  });
});

describe("Kubernetes' build", () => {
  it("is stamped with its version, as upstream's is", () => {
    expect(kubernetesTool("v1.36.3").ldflags).toEqual([
      "-X k8s.io/client-go/pkg/version.gitVersion=v1.36.3",
      "-X k8s.io/client-go/pkg/version.gitMajor=1",
      "-X k8s.io/client-go/pkg/version.gitMinor=36",
      "-X k8s.io/component-base/version.gitVersion=v1.36.3",
      "-X k8s.io/component-base/version.gitMajor=1",
      "-X k8s.io/component-base/version.gitMinor=36",
    ]);
  });
});
