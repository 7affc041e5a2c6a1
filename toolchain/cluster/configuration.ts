import { stringify } from "yaml";
import {
  bridge,
  clusterName,
  clusterPaths,
  network,
  nodeName,
  ports,
  registryAddress,
  type ClusterLayout,
} from "./layout.ts";

/** What the configuration depends on beyond the layout. */
export interface ConfigurationInput {
  readonly layout: ClusterLayout;
  /** Such as `v1.36.3`. */
  readonly kubernetesVersion: string;
  /** The pause image, by reference with a tag. */
  readonly pauseImage: string;
  /** Directory of the CNI plugins. */
  readonly cniPlugins: string;
  /** The resolv.conf that pods with `dnsPolicy: Default` get. */
  readonly resolvConf: string;
}

/** Every configuration file, by its path relative to the configuration directory. */
export function configurationFiles(input: ConfigurationInput): Record<string, string> {
  return {
    "kubeadm.yaml": kubeadm(input),
    "scheduler.yaml": scheduler(input),
    "kubelet.yaml": kubelet(input),
    "kube-proxy.yaml": kubeProxy(input),
    "containerd.toml": containerd(input),
    [`registries/${registryAddress}/hosts.toml`]: `server = "http://${registryAddress}"\n`,
    "cni/10-fleet.conflist": cni(input),
    "registry.yaml": registry(input),
    "dockerd.json": "{}\n",
  };
}

/** https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ : certificates and credentials only. */
function kubeadm({ layout, kubernetesVersion }: ConfigurationInput): string {
  const init = {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "InitConfiguration",
    localAPIEndpoint: { advertiseAddress: network.node, bindPort: ports.apiServer },
    nodeRegistration: { name: nodeName, criSocket: `unix://${clusterPaths(layout).containerdSocket}` },
  };
  const cluster = {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "ClusterConfiguration",
    clusterName,
    kubernetesVersion,
    controlPlaneEndpoint: `127.0.0.1:${ports.apiServer}`,
    certificatesDir: clusterPaths(layout).pki,
    // A development cluster that is started once a year must still start.
    certificateValidityPeriod: "87600h",
    caCertificateValidityPeriod: "87600h",
    encryptionAlgorithm: "ECDSA-P256",
    networking: { dnsDomain: "cluster.local", podSubnet: network.pods, serviceSubnet: network.services },
    apiServer: { certSANs: ["127.0.0.1", "localhost", network.node] },
  };
  return `${stringify(init)}---\n${stringify(cluster)}`;
}

function scheduler({ layout }: ConfigurationInput): string {
  return stringify({
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    leaderElection: { leaderElect: false },
    clientConnection: { kubeconfig: `${clusterPaths(layout).credentials}/scheduler.conf`, qps: 400, burst: 800 },
    enableProfiling: false,
  });
}

/** https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
function kubelet({ layout, resolvConf }: ConfigurationInput): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: network.node,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${clusterPaths(layout).pki}/ca.crt` },
    },
    authorization: { mode: "Webhook" },
    containerRuntimeEndpoint: `unix://${clusterPaths(layout).containerdSocket}`,
    // No systemd to ask for cgroups; and version 1 is what many a container host still has.
    cgroupDriver: "cgroupfs",
    cgroupRoot: "/fleet",
    failCgroupV1: false,
    failSwapOn: false,
    clusterDNS: [network.dns],
    clusterDomain: "cluster.local",
    resolvConf,
    podLogsDir: `${layout.state}/pod-logs`,
    volumePluginDir: `${layout.state}/kubelet/volume-plugins`,
    readOnlyPort: 0,
    // Start-up of a platform is many small pulls from this machine's own registry.
    serializeImagePulls: false,
    registryPullQPS: 0,
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
    eventRecordQPS: 0,
    nodeStatusUpdateFrequency: "5s",
    nodeLeaseDurationSeconds: 20,
    // As kind does: the disk is the user's, a full one is no reason to evict the platform or delete its images.
    imageGCHighThresholdPercent: 100,
    evictionHard: { "nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%" },
    runtimeRequestTimeout: "5m",
    logging: { verbosity: 1 },
  });
}

function kubeProxy({ layout }: ConfigurationInput): string {
  return stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    bindAddress: network.node,
    clusterCIDR: network.pods,
    hostnameOverride: nodeName,
    clientConnection: { kubeconfig: `${clusterPaths(layout).credentials}/kube-proxy.conf` },
    healthzBindAddress: `127.0.0.1:${ports.kubeProxyHealth}`,
    metricsBindAddress: `127.0.0.1:${ports.kubeProxyMetrics}`,
    // NodePorts answer on this machine and to its pods, never to the network outside.
    nodePortAddresses: ["127.0.0.0/8", `${network.node}/32`],
    iptables: { localhostNodePorts: true, minSyncPeriod: "100ms" },
    // The machine's conntrack limits are not ours to change.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  });
}

/** containerd 1.6: https://github.com/containerd/containerd/blob/release/1.6/docs/cri/config.md */
function containerd({ layout, pauseImage, cniPlugins }: ConfigurationInput): string {
  const { config, containerdSocket } = clusterPaths(layout);
  const cri = "io.containerd.grpc.v1.cri";
  return `version = 2
root = "${layout.state}/containerd"
state = "${layout.run}/containerd/state"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]

[grpc]
  address = "${containerdSocket}"

[plugins."${cri}"]
  sandbox_image = "${pauseImage}"
  # Inside a container or a small virtual machine a process may not lower its OOM score: no sandbox would start.
  restrict_oom_score_adj = true
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true
  max_concurrent_downloads = 8

[plugins."${cri}".cni]
  bin_dir = "${cniPlugins}"
  conf_dir = "${config}/cni"

[plugins."${cri}".containerd]
  snapshotter = "overlayfs"

[plugins."${cri}".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins."${cri}".containerd.runtimes.runc.options]
    SystemdCgroup = false

[plugins."${cri}".registry]
  config_path = "${config}/registries"
`;
}

function cni({ layout }: ConfigurationInput): string {
  const chain = {
    cniVersion: "0.4.0",
    name: "fleet",
    plugins: [
      {
        type: "bridge",
        bridge: bridge.name,
        isGateway: true,
        // One rule of our own masquerades for all pods: the plugin would make a chain for each and leave it at a kill.
        ipMasq: false,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: `${layout.run}/ipam`,
          ranges: [[{ subnet: network.pods, gateway: network.node }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  return `${JSON.stringify(chain, undefined, 2)}\n`;
}

function registry({ layout }: ConfigurationInput): string {
  return stringify({
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: `${layout.state}/registry` },
      delete: { enabled: true },
      cache: { blobdescriptor: "inmemory" },
    },
    http: { addr: `127.0.0.1:${ports.registry}` },
  });
}

/**
 * The resolv.conf to hand to pods. A name server on the loopback interface (systemd-resolved, dnsmasq) is not the
 * pod's: then the upstream file of systemd-resolved is used, as kubeadm does, or none.
 */
export function podResolvConf(resolvConf: string, hasSystemdResolved: boolean): string {
  const servers = [...resolvConf.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? "");
  const usable = servers.some((server) => !server.startsWith("127.") && server !== "::1");
  if (usable) return "/etc/resolv.conf";
  return hasSystemdResolved ? "/run/systemd/resolve/resolv.conf" : "";
}
