import type { ResolvedPlatform, ResolvedStack } from "../../../model/resolve/resolved.ts";
import type { Cluster } from "../../cluster-client/cluster.ts";
import { retried } from "../../cluster-client/retried.ts";
import { dossiersOf } from "../../engine/update.ts";
import { runHealthChecks } from "../../health/run.ts";
import type { Diagnosis } from "../../watch/diagnosis.ts";
import { watchRollout } from "../../watch/watch.ts";
import type { Sample } from "../analysis/sample.ts";
import { platformIn } from "../engine/engine-port.ts";
import type { ClockPort, ClusterPort, WorkContext } from "../ports.ts";
import { readinessChecks, serviceCheck } from "./readiness.ts";
import { routeStatuses } from "./route-status.ts";
import { sampleHealth, sideChecks, sidePorts } from "./sides-health.ts";

/** Counts requests at the gateway, from where the last count ended (milliseconds since 1970). */
export type TrafficCounts = (platform: ResolvedPlatform, countedUntilMs: number) => Promise<Sample["traffic"]>;

/** What the port works with. */
export interface ClusterSurroundings {
  readonly cluster: Cluster;
  readonly clock: ClockPort;
  /** The stack as it is declared now, with a canary of the platform. */
  readonly resolve: (platform: string) => ResolvedStack;
  readonly counts: TrafficCounts;
  readonly onNotice: (text: string) => void;
}

/** Seconds between two probes of a readiness check: a person waits, and nothing is being rolled out any more. */
const READINESS_INTERVAL = 3;

/** What is seen of a platform, by its services' own reports, the API server and the watch. */
export function clusterView(surroundings: ClusterSurroundings): ClusterPort {
  const { cluster, clock, resolve, counts } = surroundings;
  const stableHealth = ({ plan, signal }: WorkContext) => {
    const { stable } = sideChecks(platformIn(resolve(plan.platform), plan.platform));
    return runHealthChecks(
      stable,
      { ...plan.health, intervalSeconds: READINESS_INTERVAL },
      { ...sidePorts(cluster), signal },
    );
  };
  return {
    sample: async (context, countedUntilMs) => {
      const { plan, signal } = context;
      const platform = platformIn(resolve(plan.platform), plan.platform);
      const checks = sideChecks(platform);
      const ask = (side: keyof typeof checks) => sampleHealth(checks[side], plan.health, sidePorts(cluster), signal);
      const [canary, stable, traffic] = await Promise.all([
        ask("canary"),
        ask("stable"),
        counts(platform, countedUntilMs).catch((error: unknown): Sample["traffic"] => ({
          kind: "unavailable",
          reason: error instanceof Error ? error.message : String(error),
        })),
      ]);
      signal.throwIfAborted();
      return { atMs: clock.now(), health: { canary, stable }, traffic };
    },
    checkReadiness: async (context) => {
      const platform = platformIn(resolve(context.plan.platform), context.plan.platform);
      const { namespace } = platform;
      const [health, deployments, pods, routes] = await Promise.all([
        stableHealth(context),
        retried(() => cluster.apps.listNamespacedDeployment({ namespace })),
        retried(() => cluster.core.listNamespacedPod({ namespace })),
        routeStatuses(cluster, platform),
      ]);
      return readinessChecks({
        health,
        deployments: deployments.items,
        pods: pods.items,
        ...(routes ? { routes } : {}),
      });
    },
    checkRestored: async (context) => (await stableHealth(context)).services.map(serviceCheck),
    watch: (plan, onFailure, signal) => {
      const resolved = resolve(plan.platform);
      const { namespace, release } = platformIn(resolved, plan.platform);
      const tell = async (diagnosis: Diagnosis): Promise<void> => {
        if (diagnosis.certainty !== "fatal") return;
        const dossiers = await dossiersOf([diagnosis], { cluster, resolved }).catch(() => []);
        onFailure({ reason: diagnosis.summary, dossiers });
      };
      return watchRollout({
        cluster,
        namespaces: [namespace, ...(release ? [release.namespace] : [])],
        since: new Date(clock.now()),
        signal,
        onDiagnosis: tell,
        onNotice: surroundings.onNotice,
      });
    },
  };
}
