import type { ResolvedPlatform } from "../../../model/resolve/resolved.ts";
import type { Cluster } from "../../cluster-client/cluster.ts";
import type { ClockPort } from "../ports.ts";
import type { RouteStatus } from "./readiness.ts";

interface HttpRoute {
  readonly metadata?: { readonly name?: string; readonly generation?: number };
  readonly spec?: {
    readonly rules?: readonly {
      readonly backendRefs?: readonly { readonly namespace?: string; readonly weight?: number }[];
    }[];
  };
  readonly status?: {
    readonly parents?: readonly {
      readonly conditions?: readonly {
        readonly type: string;
        readonly status: string;
        readonly message?: string;
        readonly observedGeneration?: number;
      }[];
    }[];
  };
}

/** What the gateway says of each of a platform's routes; undefined where it has none, or another kind of gateway. */
export async function routeStatuses(
  cluster: Pick<Cluster, "list">,
  { namespace, gateway, routes }: ResolvedPlatform,
): Promise<readonly RouteStatus[] | undefined> {
  if (gateway?.kind !== "gatewayApi") return undefined;
  const live = (await cluster.list(
    `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`,
  )) as readonly HttpRoute[];
  return routes.map(({ objectName }) => {
    const found = live.find(({ metadata }) => metadata?.name === objectName);
    return found
      ? statusOf(objectName, found)
      : { name: objectName, accepted: false, detail: "there is no such route" };
  });
}

function statusOf(name: string, { metadata, status }: HttpRoute): RouteStatus {
  const conditions = (status?.parents ?? []).flatMap((parent) => parent.conditions ?? []);
  const current = conditions.filter(({ observedGeneration }) => observedGeneration === metadata?.generation);
  if (!current.some(({ type, status: value }) => type === "Accepted" && value === "True")) {
    return { name, accepted: false, detail: "the gateway has not accepted it" };
  }
  const refused = current.find(({ type, status: value }) => type === "ResolvedRefs" && value !== "True");
  return { name, accepted: !refused, detail: refused ? (refused.message ?? "unresolved references") : "accepted" };
}

/** How long the gateway may take to follow a route, in milliseconds. */
const FOLLOW_LIMIT = 15_000;
/** A gateway that has taken a route up in its status still swaps its tables: GROUND.md measured up to two seconds. */
const SETTLE = 1_500;
const LOOK = 250;

/**
 * Waits until the gateway has taken up the platform's routes.
 *
 * @throws Error when it has not in time.
 */
export async function routesFollowed(
  cluster: Pick<Cluster, "list">,
  platform: ResolvedPlatform,
  clock: ClockPort,
  signal: AbortSignal,
): Promise<void> {
  const until = clock.now() + FOLLOW_LIMIT;
  for (;;) {
    signal.throwIfAborted();
    const statuses = await routeStatuses(cluster, platform);
    const pending = (statuses ?? []).filter(({ accepted }) => !accepted);
    if (pending.length === 0) break;
    if (clock.now() >= until) {
      throw new Error(
        `the gateway has not taken up ${pending.map(({ name, detail }) => `${name} (${detail})`).join(", ")}`,
      );
    }
    await clock.sleep(LOOK, signal);
  }
  await clock.sleep(SETTLE, signal);
}
