/** Where the local cluster keeps what it makes. Two roots hold everything, so that a reset is two deletions. */
export interface ClusterLayout {
  /** What outlives a stop: etcd, images, volumes, certificates, logs. */
  readonly state: string;
  /** What does not: sockets, pod network state. */
  readonly run: string;
}

/** One machine, one cluster: its ports are fixed, so its directories are too. */
export const clusterLayout: ClusterLayout = { state: "/var/lib/fleet-cluster", run: "/run/fleet" };

/** The kubeconfig context, cluster name and user name prefix. */
export const clusterName = "fleet-local";
/** The one node's name. */
export const nodeName = "fleet";
/** Set for every process of the cluster but those inside containers: by it, strays are told from strangers. */
export const processMarker = "FLEET_CLUSTER";
/** The cgroup, below the root of each hierarchy, that holds every process of the cluster. */
export const clusterCgroup = "fleet";
/** The pods' bridge; the node's own address is on it, so the cluster depends on no other interface. */
export const bridge = { name: "fleet0", alias: "fleet local cluster", mac: "0a:58:0a:f4:00:01" } as const;

/** The cluster's addresses: those kind, kubeadm and flannel use, so that nothing surprises. */
export const network = {
  node: "10.244.0.1",
  pods: "10.244.0.0/24",
  services: "10.96.0.0/16",
  /** The API server's Service: the first address of the range. */
  kubernetes: "10.96.0.1",
  dns: "10.96.0.10",
} as const;

/** TCP ports that must be free on the machine, and what each is for. */
export const ports = {
  etcd: 2379,
  etcdPeer: 2380,
  registry: 5000,
  apiServer: 6443,
  kubeletHealth: 10248,
  kubeProxyMetrics: 10249,
  kubelet: 10250,
  kubeProxyHealth: 10256,
  controllerManager: 10257,
  scheduler: 10259,
} as const;

/** The NodePorts that the platforms' seeds name (seed 004). */
export const nodePorts: readonly number[] = [30100, 30101, 30102, 30103, 30104, 30105];

/** The registry's address, the same on the machine and on the node. */
export const registryAddress = `localhost:${ports.registry}`;

/** The paths inside a layout. */
export function clusterPaths(layout: ClusterLayout) {
  const { state, run } = layout;
  return {
    /** Links to every executable, so that configuration does not change with a version. */
    bin: `${state}/bin`,
    config: `${state}/config`,
    pki: `${state}/pki`,
    credentials: `${state}/credentials`,
    /** For people and tools: one context, `fleet-local`. */
    kubeconfig: `${state}/kubeconfig`,
    services: `${state}/services`,
    logs: `${state}/logs`,
    volumes: `${state}/volumes`,
    /** What the machine was like before the cluster started; there from start to stop. */
    machineBefore: `${state}/machine-before.json`,
    /** Hash of the configuration that the running processes were started with. */
    generation: `${state}/generation`,
    /** Mounted over the paths that daemons hard-code, for the cluster alone. */
    overlays: `${run}/overlays`,
    containerdSocket: `${run}/containerd/containerd.sock`,
    dockerSocket: `${run}/docker.sock`,
  };
}
