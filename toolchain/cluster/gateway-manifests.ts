import type { Manifest } from "./addons.ts";

/** The gateway of the local cluster, as a stack asks for it. */
export interface LocalGateway {
  /** The GatewayClass that it serves. */
  readonly className: string;
  /** The namespace that it runs in. */
  readonly namespace: string;
  /** What it listens on, as Gateways name it. */
  readonly port: number;
  /** Its port at the machine's loopback addresses. Left out: reached from inside the cluster only. */
  readonly nodePort?: number;
}

/** Where it answers for its health and metrics. */
export const GATEWAY_METRICS_PORT = 9100;

/** On what stands in no namespace: what is deleted with the gateway. */
export const GATEWAY_LABEL = { "fleet.dev/addon": "gateway" } as const;

const labels = { "app.kubernetes.io/name": "traefik" };

/** The objects that run Traefik under the restricted Pod Security profile, with the rights that its provider needs. */
export function gatewayManifests(gateway: LocalGateway, image: string): Manifest[] {
  const { namespace, className, port, nodePort } = gateway;
  const metadata = { name: "traefik", namespace, labels };
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { ...GATEWAY_LABEL, "pod-security.kubernetes.io/enforce": "restricted" } },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    ...rights(namespace),
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "GatewayClass",
      metadata: { name: className },
      spec: { controllerName: "traefik.io/gateway-controller" },
    },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: deployment(port, image) },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        type: nodePort === undefined ? "ClusterIP" : "NodePort",
        selector: labels,
        ports: [
          { name: "web", port, targetPort: "web", protocol: "TCP", ...(nodePort === undefined ? {} : { nodePort }) },
        ],
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...metadata, name: "traefik-metrics" },
      spec: {
        selector: labels,
        ports: [{ name: "metrics", port: GATEWAY_METRICS_PORT, targetPort: "metrics", protocol: "TCP" }],
      },
    },
  ];
}

function deployment(port: number, image: string): Manifest {
  const probe = { httpGet: { path: "/ping", port: "metrics" }, periodSeconds: 1, failureThreshold: 30 };
  return {
    replicas: 1,
    selector: { matchLabels: labels },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: "traefik",
        terminationGracePeriodSeconds: 15,
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "traefik",
            image,
            args: traefikArguments(port),
            ports: [
              { name: "web", containerPort: port, protocol: "TCP" },
              { name: "metrics", containerPort: GATEWAY_METRICS_PORT, protocol: "TCP" },
            ],
            resources: { requests: { cpu: "50m", memory: "96Mi" }, limits: { memory: "512Mi" } },
            readinessProbe: probe,
            livenessProbe: { ...probe, periodSeconds: 5, failureThreshold: 3, initialDelaySeconds: 10 },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
          },
        ],
      },
    },
  };
}

/** Source: Traefik v3.5, CLI reference. */
function traefikArguments(port: number): string[] {
  return [
    "--global.checkNewVersion=false",
    "--global.sendAnonymousUsage=false",
    "--log.format=json",
    `--entryPoints.web.address=:${port}`,
    // Requests that arrive while its Service still names a pod that ends are served.
    "--entryPoints.web.transport.lifeCycle.requestAcceptGraceTimeout=5s",
    `--entryPoints.metrics.address=:${GATEWAY_METRICS_PORT}`,
    "--ping.entryPoint=metrics",
    "--metrics.prometheus.entryPoint=metrics",
    "--metrics.prometheus.addEntryPointsLabels=false",
    "--metrics.prometheus.addServicesLabels=true",
    "--metrics.prometheus.buckets=0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10",
    "--providers.kubernetesGateway=true",
    // A weight or a new pod counts at once; the default waits two seconds.
    "--providers.providersThrottleDuration=100ms",
  ];
}

/** Source: Traefik v3.5, Kubernetes Gateway API, RBAC. Its informers do not start without the list of all Secrets. */
function rights(namespace: string): Manifest[] {
  const read = ["get", "list", "watch"];
  const routes = ["gatewayclasses", "gateways", "httproutes", "grpcroutes", "referencegrants"];
  const reported = ["gatewayclasses", "gateways", "httproutes", "grpcroutes"].map((resource) => `${resource}/status`);
  const name = "fleet:gateway";
  return [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name, labels: GATEWAY_LABEL },
      rules: [
        { apiGroups: [""], resources: ["namespaces", "services", "secrets"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
        { apiGroups: ["gateway.networking.k8s.io"], resources: routes, verbs: read },
        { apiGroups: ["gateway.networking.k8s.io"], resources: reported, verbs: ["update"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name, labels: GATEWAY_LABEL },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name: "traefik", namespace }],
    },
  ];
}
