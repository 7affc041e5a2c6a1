import { clusterPaths, network, nodeName, ports, processMarker, type ClusterLayout } from "./layout.ts";

/** One supervised process. */
export interface Service {
  readonly name: string;
  /** Executable (by its name in `bin`) and arguments. */
  readonly command: readonly string[];
  /** Shell conditions that must hold before it starts. */
  readonly startsWhen?: readonly string[];
}

/** Every process of the cluster but the pods'. */
export function clusterServices(layout: ClusterLayout): Service[] {
  return [etcd(layout), ...controlPlane(layout), ...node(layout), ...images(layout)];
}

/** The environment of every supervised process. Nothing of the caller's leaks into it. */
export function serviceEnvironment(
  layout: ClusterLayout,
  proxy: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...proxy,
    PATH: `${clusterPaths(layout).bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: layout.state,
    [processMarker]: layout.state,
  };
}

function etcd(layout: ClusterLayout): Service {
  const pki = `${clusterPaths(layout).pki}/etcd`;
  return {
    name: "etcd",
    command: [
      "etcd",
      `--name=${nodeName}`,
      `--data-dir=${layout.state}/etcd`,
      `--listen-client-urls=https://127.0.0.1:${ports.etcd}`,
      `--advertise-client-urls=https://127.0.0.1:${ports.etcd}`,
      `--listen-peer-urls=https://127.0.0.1:${ports.etcdPeer}`,
      `--initial-advertise-peer-urls=https://127.0.0.1:${ports.etcdPeer}`,
      `--initial-cluster=${nodeName}=https://127.0.0.1:${ports.etcdPeer}`,
      `--cert-file=${pki}/server.crt`,
      `--key-file=${pki}/server.key`,
      `--client-cert-auth=true`,
      `--trusted-ca-file=${pki}/ca.crt`,
      `--peer-cert-file=${pki}/peer.crt`,
      `--peer-key-file=${pki}/peer.key`,
      `--peer-client-cert-auth=true`,
      `--peer-trusted-ca-file=${pki}/ca.crt`,
      // The tests create and delete much: keep the history, and so the memory, small.
      "--snapshot-count=5000",
      "--auto-compaction-retention=5m",
      "--auto-compaction-mode=periodic",
      "--watch-progress-notify-interval=5s",
      "--log-level=warn",
    ],
  };
}

function controlPlane(layout: ClusterLayout): Service[] {
  const { pki, credentials, config } = clusterPaths(layout);
  return [
    {
      name: "kube-apiserver",
      command: [
        "kube-apiserver",
        `--advertise-address=${network.node}`,
        "--bind-address=0.0.0.0",
        `--secure-port=${ports.apiServer}`,
        "--allow-privileged=true",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        `--client-ca-file=${pki}/ca.crt`,
        `--tls-cert-file=${pki}/apiserver.crt`,
        `--tls-private-key-file=${pki}/apiserver.key`,
        `--etcd-servers=https://127.0.0.1:${ports.etcd}`,
        `--etcd-cafile=${pki}/etcd/ca.crt`,
        `--etcd-certfile=${pki}/apiserver-etcd-client.crt`,
        `--etcd-keyfile=${pki}/apiserver-etcd-client.key`,
        `--kubelet-client-certificate=${pki}/apiserver-kubelet-client.crt`,
        `--kubelet-client-key=${pki}/apiserver-kubelet-client.key`,
        "--kubelet-preferred-address-types=InternalIP",
        `--proxy-client-cert-file=${pki}/front-proxy-client.crt`,
        `--proxy-client-key-file=${pki}/front-proxy-client.key`,
        `--requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        `--service-account-key-file=${pki}/sa.pub`,
        `--service-account-signing-key-file=${pki}/sa.key`,
        `--service-cluster-ip-range=${network.services}`,
        "--service-node-port-range=30000-32767",
        "--profiling=false",
      ],
    },
    {
      name: "kube-controller-manager",
      command: [
        "kube-controller-manager",
        `--kubeconfig=${credentials}/controller-manager.conf`,
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
        "--use-service-account-credentials=true",
        `--root-ca-file=${pki}/ca.crt`,
        `--service-account-private-key-file=${pki}/sa.key`,
        `--cluster-signing-cert-file=${pki}/ca.crt`,
        `--cluster-signing-key-file=${pki}/ca.key`,
        "--kube-api-qps=400",
        "--kube-api-burst=800",
        // A killed node must show within the platforms' own failure budgets, and return as soon as it is back.
        "--node-monitor-period=2s",
        "--node-monitor-grace-period=40s",
        "--profiling=false",
      ],
    },
    {
      name: "kube-scheduler",
      command: ["kube-scheduler", `--config=${config}/scheduler.yaml`, "--bind-address=127.0.0.1"],
    },
    {
      name: "volumes",
      command: [
        "volumes",
        `--kubeconfig=${credentials}/volumes.conf`,
        `--root=${layout.state}/volumes`,
        `--node=${nodeName}`,
        "--provisioner=fleet.local/directory",
      ],
    },
  ];
}

function node(layout: ClusterLayout): Service[] {
  const { config, credentials, containerdSocket } = clusterPaths(layout);
  return [
    { name: "containerd", command: ["containerd", `--config=${config}/containerd.toml`] },
    {
      name: "kubelet",
      startsWhen: [`[ -S ${containerdSocket} ]`],
      command: [
        "kubelet",
        `--config=${config}/kubelet.yaml`,
        `--kubeconfig=${credentials}/kubelet.conf`,
        `--root-dir=${layout.state}/kubelet`,
        `--cert-dir=${layout.state}/kubelet/pki`,
        `--hostname-override=${nodeName}`,
        `--node-ip=${network.node}`,
      ],
    },
    { name: "kube-proxy", command: ["kube-proxy", `--config=${config}/kube-proxy.yaml`] },
    {
      // The bridge plugin connects pods; it knows nothing of NetworkPolicy. kube-router's firewall does.
      name: "network-policy",
      // It reads a whole table of iptables and writes it back: chains that kube-proxy made in between would be gone,
      // and kube-proxy would not make them again before its next restart.
      startsWhen: [`iptables-save -t nat | grep -q -e '-d ${network.kubernetes}/32 '`],
      command: [
        "kube-router",
        `--kubeconfig=${credentials}/network-policy.conf`,
        `--hostname-override=${nodeName}`,
        "--run-firewall=true",
        "--run-router=false",
        "--run-service-proxy=false",
        "--run-loadbalancer=false",
        `--service-cluster-ip-range=${network.services}`,
        "--health-port=0",
      ],
    },
  ];
}

function images(layout: ClusterLayout): Service[] {
  const { config, containerdSocket, dockerSocket } = clusterPaths(layout);
  return [
    { name: "registry", command: ["docker-registry", "serve", `${config}/registry.yaml`] },
    {
      name: "dockerd",
      startsWhen: [`[ -S ${containerdSocket} ]`],
      command: [
        "dockerd",
        `--host=unix://${dockerSocket}`,
        `--data-root=${layout.state}/docker`,
        `--exec-root=${layout.run}/docker`,
        `--pidfile=${layout.run}/docker.pid`,
        `--config-file=${config}/dockerd.json`,
        `--containerd=${containerdSocket}`,
        // It builds and pushes; it runs nothing, so it needs no network of its own.
        "--bridge=none",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-forward=false",
        "--ip-masq=false",
        "--userland-proxy=false",
        "--cgroup-parent=/fleet/docker",
      ],
    },
  ];
}
