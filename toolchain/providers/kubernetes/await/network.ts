import { listAt, mapAt, nameOf, textAt, type KubeObject } from "../object.ts";
import { READY, waiting, type ReadinessRule } from "./readiness.ts";

const EXTERNAL_ADDRESS = "the load balancer has no address: does the cluster provide one?";

/**
 * A Service is ready when none of the pods behind it is unready and, as a LoadBalancer, it has an address.
 *
 * One without a selector, a headless or an ExternalName one waits for no pod. The official provider lets ten seconds
 * pass for stragglers; one is enough where the API server is on this machine.
 */
export const serviceReadiness: ReadinessRule = {
  watches: ["discovery.k8s.io/v1/EndpointSlice"],
  timeoutSeconds: 600,
  settleMs: 1_000,
  assess: (service, around) => {
    const needsAddress = textAt(service, "spec", "type") === "LoadBalancer";
    if (needsAddress && listAt(service, "status", "loadBalancer", "ingress").length === 0) {
      return waiting("Waiting for an external address", [EXTERNAL_ADDRESS]);
    }
    if (!routesToPods(service)) return READY;
    const slices = around
      .of("discovery.k8s.io/v1/EndpointSlice")
      .filter((slice) => textAt(slice, "metadata", "labels", "kubernetes.io/service-name") === nameOf(service));
    if (slices.length === 0) return waiting("Waiting for the endpoints controller");
    const unready = slices.flatMap((slice) => listAt(slice, "endpoints")).filter(isUnready);
    if (unready.length === 0) return READY;
    const names = unready.map((endpoint) => textAt(endpoint, "targetRef", "name")).join(", ");
    return waiting("Waiting for the pods behind the Service", [`pods that are not ready: ${names}`]);
  },
};

/** An Ingress is ready when its controller has given it an address. */
export const ingressReadiness: ReadinessRule = {
  watches: [],
  timeoutSeconds: 600,
  assess: (ingress) => {
    if (listAt(ingress, "status", "loadBalancer", "ingress").length > 0) return READY;
    return waiting("Waiting for an address", ["the Ingress has no address: is its controller running?"]);
  },
};

function routesToPods(service: KubeObject): boolean {
  const headless = textAt(service, "spec", "clusterIP") === "None";
  const external = textAt(service, "spec", "type") === "ExternalName";
  return !headless && !external && Object.keys(mapAt(service, "spec", "selector")).length > 0;
}

function isUnready(endpoint: KubeObject[string]): boolean {
  const { ready, terminating } = mapAt(endpoint, "conditions");
  return ready === false && terminating !== true;
}
