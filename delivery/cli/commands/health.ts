import { clusterLayout, clusterPaths } from "../../../toolchain/cluster/layout.ts";
import { connectCluster } from "../../cluster-client/cluster.ts";
import { formatHealthTable } from "../../health/table.ts";
import type { ExitCode } from "../exit-code.ts";
import { checkHealth, healthExitCode, type HealthOverride } from "../health-report.ts";
import { loadStack } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet health` is asked for. */
export interface HealthArguments extends HealthOverride {
  readonly stack: string;
  readonly json: boolean;
}

/** Asks every service of a deployed stack how it is, by seed 003's policy. Changes nothing. */
export async function health(args: HealthArguments, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const { resolved } = loadStack(args.stack);
  const cluster = connectCluster(
    resolved.cluster.local
      ? { kubeConfigFile: clusterPaths(clusterLayout).kubeconfig, context: resolved.cluster.context }
      : { context: resolved.cluster.context },
  );
  const report = await checkHealth(resolved, cluster, args, signal);
  terminal.result(args.json ? JSON.stringify(report, null, 2) : formatHealthTable(report, { color: terminal.color }));
  return healthExitCode(report);
}
