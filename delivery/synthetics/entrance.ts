import type { SyntheticRequest } from "../../model/declaration/synthetic-check.ts";
import type { ResolvedService } from "../../model/resolve/resolved.ts";
import type { Cluster } from "../cluster-client/cluster.ts";
import type { CheckPorts, Entrance } from "./run-checks.ts";

/**
 * The way to services through the API server's proxy: one that no network policy stands in, and that tells one side of a
 * canary from the other.
 *
 * @param services Those that the checks are about: of the canary, or of the platform's own namespace.
 */
export function proxyEntrances(
  cluster: Pick<Cluster, "send">,
  services: readonly ResolvedService[],
): CheckPorts["entranceOf"] {
  return ({ service }: SyntheticRequest): Entrance | Error => {
    const found = services.find(({ name }) => name === service.name);
    if (!found) return new Error("the stack does not deploy it");
    const { namespace, objectName, specification, links, reference } = found;
    const proxy = `/api/v1/namespaces/${namespace}/services/${objectName}:${specification.port}/proxy`;
    return {
      send: ({ path, ...request }, options) => cluster.send(`${proxy}${path}`, { ...request, ...options }),
      links: links.map(({ name }) => name),
      remark: reference ? "from the reference workload" : "",
    };
  };
}
