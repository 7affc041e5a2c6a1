import type { ResolvedPlatform } from "../../../model/resolve/resolved.ts";
import type { Cluster } from "../../cluster-client/cluster.ts";
import type { Sample } from "../analysis/sample.ts";
import type { ClockPort } from "../ports.ts";
import { boundsOf, countersIn, trafficBetween, type IsOfSide, type SideCounters } from "./gateway-counters.ts";

interface Reading {
  readonly atMs: number;
  readonly canary: SideCounters;
  readonly stable: SideCounters;
}

/** Time for one reading, in milliseconds. */
const READ_TIMEOUT = 5_000;

/** The Service by which Traefik answers for its metrics, and its port. */
const METRICS_SERVICE = "traefik-metrics:9100";

/**
 * Counts the requests that a gateway has sent to either side, as differences between readings of its own counters. What
 * was read lives in this process alone: after a restart counting begins anew, and the first sample has no counts.
 */
export class GatewayCounts {
  readonly #cluster: Pick<Cluster, "get">;
  readonly #clock: ClockPort;
  #last: Reading | undefined;
  #begunMs = Infinity;

  constructor(cluster: Pick<Cluster, "get">, clock: ClockPort) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** Whether the gateway tells its counts. */
  async readable(platform: ResolvedPlatform): Promise<boolean> {
    return this.#read(platform).then(
      () => true,
      () => false,
    );
  }

  /** Counting begins: what comes after this moment counts to the weight that the gateway follows now. */
  async begin(platform: ResolvedPlatform): Promise<void> {
    this.#last = await this.#read(platform).catch(() => undefined);
    this.#begunMs = this.#clock.now();
  }

  /** What both sides answered since the last count. @param countedUntilMs when that ended, or the step began. */
  async since(platform: ResolvedPlatform, countedUntilMs: number): Promise<Sample["traffic"]> {
    const before = this.#last;
    const now = await this.#read(platform);
    this.#last = now;
    // A reading at the beginning of the step is a little older than the step: all it lacks is under the same weight.
    if (!before || (before.atMs < countedUntilMs && before.atMs < this.#begunMs - READ_TIMEOUT)) {
      return { kind: "unavailable", reason: "counting has only begun" };
    }
    const bounds = boundsOf([now.canary, now.stable]);
    const canary = trafficBetween(before.canary, now.canary, bounds);
    const stable = trafficBetween(before.stable, now.stable, bounds);
    if (!canary || !stable) return { kind: "unavailable", reason: "the gateway has restarted, its counts with it" };
    const fromMs = Math.max(before.atMs, countedUntilMs);
    return { kind: "counted", window: { fromMs, toMs: now.atMs, canary, stable } };
  }

  async #read(platform: ResolvedPlatform): Promise<Reading> {
    const { gateway } = platform;
    if (!gateway) throw new Error(`${platform.name} has no gateway`);
    const path = `/api/v1/namespaces/${gateway.controllerNamespace}/services/${METRICS_SERVICE}/proxy/metrics`;
    const { status, body } = await this.#cluster.get(path, { timeoutMs: READ_TIMEOUT, bodyLimit: Infinity });
    if (status !== 200) throw new Error(`the gateway's metrics answered HTTP ${status}`);
    const { canary, stable } = sidesOf(platform);
    return { atMs: this.#clock.now(), canary: countersIn(body, canary), stable: countersIn(body, stable) };
  }
}

/** Traefik names a Service behind a route by its namespace, its name and its port; what divides by weight ends in `wrr`. */
export function sidesOf({ routes }: Pick<ResolvedPlatform, "routes">): {
  readonly canary: IsOfSide;
  readonly stable: IsOfSide;
} {
  const named = (objectName: string, backend: { readonly namespace: string; readonly port: number } | undefined) =>
    backend
      ? [new RegExp(`^${backend.namespace}-${objectName}-(http-)?${backend.port}(-http)?@kubernetesgateway$`)]
      : [];
  const stable = routes.flatMap((route) => named(route.objectName, route.stable));
  const canary = routes.flatMap((route) => named(route.objectName, route.canary));
  const isOneOf = (patterns: readonly RegExp[]) => (service: string) => patterns.some((one) => one.test(service));
  return { canary: isOneOf(canary), stable: isOneOf(stable) };
}
