import { network } from "./layout.ts";

/** A Kubernetes object, as plain data. */
export type Manifest = Readonly<Record<string, unknown>>;

/** What a conformant cluster has besides its processes: name service, storage class, and rights of its helpers. */
export function addonManifests(corednsImage: string, forwardsOutside: boolean): Manifest[] {
  return [...nameService(corednsImage, forwardsOutside), storageClass, ...helperRights()];
}

const dnsLabels = { "k8s-app": "kube-dns" };
const dnsMeta = { name: "coredns", namespace: "kube-system", labels: dnsLabels };

/** As kubeadm deploys it (cmd/kubeadm/app/phases/addons/dns/manifests.go), with one replica for one node. */
function nameService(image: string, forwardsOutside: boolean): Manifest[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "coredns", namespace: "kube-system" } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "system:coredns" },
      rules: [
        { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    },
    clusterRoleBinding("system:coredns", "system:coredns", {
      kind: "ServiceAccount",
      name: "coredns",
      namespace: "kube-system",
    }),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "coredns", namespace: "kube-system" },
      data: { Corefile: corefile(forwardsOutside) },
    },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: dnsMeta, spec: dnsDeployment(image) },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...dnsMeta, name: "kube-dns" },
      spec: {
        clusterIP: network.dns,
        selector: dnsLabels,
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
        ],
      },
    },
  ];
}

function corefile(forwardsOutside: boolean): string {
  return [
    ".:53 {",
    "  errors",
    "  health {",
    "    lameduck 1s",
    "  }",
    "  ready",
    "  kubernetes cluster.local in-addr.arpa ip6.arpa {",
    "    pods insecure",
    "    fallthrough in-addr.arpa ip6.arpa",
    "    ttl 5",
    "  }",
    ...(forwardsOutside ? ["  forward . /etc/resolv.conf"] : []),
    "  cache 5",
    "  reload",
    "}",
    "",
  ].join("\n");
}

function dnsDeployment(image: string): Manifest {
  const probe = (path: string, port: number) => ({ httpGet: { path, port }, periodSeconds: 1, failureThreshold: 30 });
  return {
    replicas: 1,
    selector: { matchLabels: dnsLabels },
    template: {
      metadata: { labels: dnsLabels },
      spec: {
        serviceAccountName: "coredns",
        priorityClassName: "system-cluster-critical",
        dnsPolicy: "Default",
        terminationGracePeriodSeconds: 5,
        tolerations: [{ operator: "Exists" }],
        containers: [
          {
            name: "coredns",
            image,
            args: ["-conf", "/etc/coredns/Corefile"],
            resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "170Mi" } },
            ports: [
              { name: "dns", containerPort: 53, protocol: "UDP" },
              { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
            ],
            readinessProbe: probe("/ready", 8181),
            livenessProbe: probe("/health", 8080),
            volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
            },
          },
        ],
        volumes: [{ name: "config", configMap: { name: "coredns" } }],
      },
    },
  };
}

/** Bound at once: there is one node, so nothing is gained by waiting for a pod. */
const storageClass: Manifest = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "fleet.local/directory",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};

function helperRights(): Manifest[] {
  const user = (name: string) => ({ kind: "User", name, apiGroup: "rbac.authorization.k8s.io" });
  return [
    // What kubeadm binds when it starts a cluster itself: the API server may reach the kubelet (logs, exec).
    clusterRoleBinding(
      "kubeadm:apiserver-kubelet-client",
      "system:kubelet-api-admin",
      user("kube-apiserver-kubelet-client"),
    ),
    // Upstream's own roles, as its external provisioners use them.
    clusterRoleBinding("fleet:volumes", "system:persistent-volume-provisioner", user("fleet:volumes")),
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "fleet:network-policy" },
      rules: [
        {
          apiGroups: [""],
          resources: ["namespaces", "pods", "services", "nodes", "endpoints"],
          verbs: ["get", "list", "watch"],
        },
        { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["get", "list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] },
      ],
    },
    clusterRoleBinding("fleet:network-policy", "fleet:network-policy", user("fleet:network-policy")),
  ];
}

function clusterRoleBinding(name: string, role: string, subject: Manifest): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [subject],
  };
}
