import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { ApiException } from "@kubernetes/client-node";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { readConfiguration } from "../../../components/configuration.ts";
import { deploy } from "../../../components/deployment.ts";
import type { ResolvedPlatform, ResolvedStack } from "../../../model/resolve/resolved.ts";
import { catalogue } from "../../../services/catalogue.ts";
import type { Cluster } from "../../cluster-client/cluster.ts";
import { stepLine } from "../../engine/display.ts";
import type { EngineRun } from "../../engine/events.ts";
import { clusterView } from "../../release/cluster/cluster-port.ts";
import { GatewayCounts } from "../../release/cluster/gateway-counts.ts";
import { routesFollowed } from "../../release/cluster/route-status.ts";
import { jobDatabase } from "../../release/database/database-port.ts";
import { DeployedStore } from "../../release/engine/deployed-store.ts";
import { engineOver, platformIn } from "../../release/engine/engine-port.ts";
import { journalIn } from "../../release/journal/journal.ts";
import { withLocalCopy } from "../../release/journal/local-copy.ts";
import { configMapStore, DEPLOYED_LABEL, JOURNAL_LABEL } from "../../release/kubernetes/config-map-store.ts";
import { leaseStore } from "../../release/kubernetes/lease-store.ts";
import { leaseLock } from "../../release/lock/lease-lock.ts";
import type { JournalPort, ReleasePorts } from "../../release/ports.ts";
import { systemClock } from "../../release/system-clock.ts";
import { proxyEntrances } from "../../synthetics/entrance.ts";
import { runChecks } from "../../synthetics/run-checks.ts";
import { prepareEngine, stackFolder, type PreparedCluster } from "../preparation.ts";
import { POLICY_PACKS, PROJECT, ROOT } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";
import { receiversIn } from "./receivers.ts";
import { notDeployed, type StackSides } from "./resolution.ts";

/** Where releases of a platform are remembered: in the cluster, with a copy on this machine. */
export function journalOf(cluster: Cluster, sides: StackSides, terminal: Terminal): JournalPort {
  const store = configMapStore(cluster, namespaceIn(sides.stack), JOURNAL_LABEL);
  return withLocalCopy(journalIn(store), join(stackFolder(sides.stack.stack), "releases"), terminal.note);
}

/** Ends the command where the platform does not stand yet. */
export async function requireDeployed(cluster: Cluster, platform: ResolvedPlatform, stack: string): Promise<void> {
  await cluster.core.readNamespace({ name: platform.namespace }).catch((error: unknown) => {
    if (error instanceof ApiException && error.code === 404) throw notDeployed(platform, stack);
    throw error;
  });
}

/** Unique to this process, and of use to whoever finds the lock taken. */
export function ownName(): string {
  const { username } = userInfo();
  return `${username}@${hostname()} (process ${process.pid} of ${new Date().toISOString()})`;
}

/** All ports of a release, over a real engine, cluster and database. */
export function realPorts(
  sides: StackSides,
  platform: ResolvedPlatform,
  prepared: PreparedCluster,
  terminal: Terminal,
): ReleasePorts {
  const { cluster } = prepared;
  const { file, stack, resolve } = sides;
  let opened: Promise<Stack> | undefined;
  // Opening recovers what a killed update left behind: that is for the holder of the lock alone.
  const open = () => (opened ??= prepareEngine(file, stack, prepared, terminal).then((engine) => engine.stack));
  const namespaceOf = namespaceIn(stack);
  const counts = new GatewayCounts(cluster, systemClock);
  const { engine, traffic } = engineOver({
    open,
    programOf: (resolved) => () => Promise.resolve(deploy(resolved, readConfiguration().secrets, ROOT)),
    resolve,
    project: PROJECT,
    policyPacks: stack.cluster.local ? [] : POLICY_PACKS,
    cluster,
    deployed: new DeployedStore(configMapStore(cluster, namespaceOf, DEPLOYED_LABEL)),
    routed: async (routed, signal) => {
      await routesFollowed(cluster, routed, systemClock, signal);
      await counts.begin(routed);
    },
    onRun: engineLines(terminal),
    onNotice: terminal.note,
  });
  return {
    engine,
    traffic,
    cluster: clusterView({
      cluster,
      clock: systemClock,
      resolve: (name) => resolve(name, 0),
      counts: (counted, untilMs) => counts.since(counted, untilMs),
      onNotice: terminal.note,
    }),
    database: jobDatabase({
      cluster,
      clock: systemClock,
      migrationOf: (name) =>
        platformIn(resolve(name), name).migrations.find(({ files }) => Object.keys(files).length > 0),
    }),
    synthetics: {
      run: ({ plan, signal }, names) => {
        const { canary } = platformIn(resolve(plan.platform, 0), plan.platform);
        const declared = catalogue.find(({ name }) => name === plan.platform)?.syntheticChecks ?? [];
        const checks = declared.filter(({ name }) => names.includes(name));
        const entranceOf = proxyEntrances(cluster, canary?.services ?? []);
        return runChecks(checks, { entranceOf, now: () => performance.now() }, signal);
      },
    },
    notifier: receiversIn(process.env),
    clock: systemClock,
    journal: journalOf(cluster, sides, terminal),
    lock: leaseLock(leaseStore(cluster, platform.namespace), systemClock),
  };
}

function namespaceIn(stack: ResolvedStack): (platform: string) => string {
  return (platform) => platformIn(stack, platform).namespace;
}

/** Each finished step of the engine once, update after update. */
function engineLines(terminal: Terminal): (run: EngineRun) => void {
  let shown = 0;
  return ({ steps }) => {
    if (steps.length < shown) shown = 0;
    for (const step of steps.slice(shown)) {
      const line = stepLine(step, terminal.color);
      if (line !== undefined) terminal.note(`    ${line}`);
    }
    shown = steps.length;
  };
}
