import { Resolver } from "node:dns/promises";
import { execa } from "execa";
import { clusterPaths, network, nodeName, ports, type ClusterLayout } from "./layout.ts";

/** Whether each part of the cluster answers as it should, asked the way its users ask. */
export interface Readiness {
  readonly apiServer: boolean;
  readonly node: boolean;
  readonly nameService: boolean;
  readonly registry: boolean;
  readonly imageBuilder: boolean;
}

/** Asks every part at once; takes at most about three seconds. */
export async function readReadiness(layout: ClusterLayout): Promise<Readiness> {
  const [apiServer, node, nameService, registry, imageBuilder] = await Promise.all([
    apiServerReady(layout),
    nodeReady(layout),
    nameServiceReady(),
    registryReady(),
    imageBuilderReady(layout),
  ]);
  return { apiServer, node, nameService, registry, imageBuilder };
}

/** The parts that do not answer, in words. */
export function unready(readiness: Readiness): string[] {
  const words: Record<keyof Readiness, string> = {
    apiServer: "API server",
    node: "node",
    nameService: "name service",
    registry: "registry",
    imageBuilder: "image builder",
  };
  return (Object.keys(words) as (keyof Readiness)[]).filter((part) => !readiness[part]).map((part) => words[part]);
}

/** Runs the cluster's own kubectl against it. */
export function kubectl(
  layout: ClusterLayout,
  args: readonly string[],
  options: { input?: string; timeout?: number } = {},
) {
  const { bin, kubeconfig } = clusterPaths(layout);
  const fixed = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${layout.run}/kubectl-cache`];
  return execa(`${bin}/kubectl`, [...fixed, ...args], { reject: false, timeout: 3000, ...options });
}

/** Whether the API server says it is ready. */
export async function apiServerReady(layout: ClusterLayout): Promise<boolean> {
  return (await kubectl(layout, ["get", "--raw", "/readyz"])).stdout === "ok";
}

async function nodeReady(layout: ClusterLayout): Promise<boolean> {
  const path = '-o=jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  return (await kubectl(layout, ["get", "node", nodeName, path])).stdout === "True";
}

async function nameServiceReady(): Promise<boolean> {
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([network.dns]);
  return resolver.resolve4("kubernetes.default.svc.cluster.local").then(
    (addresses) => addresses.length > 0,
    () => false,
  );
}

/** Whether the registry answers. */
export function registryReady(): Promise<boolean> {
  return fetch(`http://127.0.0.1:${ports.registry}/v2/`, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
}

/** Whether the image builder answers. */
export async function imageBuilderReady(layout: ClusterLayout): Promise<boolean> {
  const { bin, dockerSocket } = clusterPaths(layout);
  const options = { reject: false, timeout: 3000, env: { DOCKER_HOST: `unix://${dockerSocket}` } };
  return (await execa(`${bin}/docker`, ["version", "--format", "{{.Server.Version}}"], options)).exitCode === 0;
}
