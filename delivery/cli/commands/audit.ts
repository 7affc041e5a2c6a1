import { clusterLayout, clusterPaths } from "../../../toolchain/cluster/layout.ts";
import { namespacesOf } from "../../../model/resolve/namespaces.ts";
import { evaluateLive } from "../../../policy/live.ts";
import { connectCluster } from "../../cluster-client/cluster.ts";
import { readObjects } from "../../cluster-client/read-objects.ts";
import { ExitCode } from "../exit-code.ts";
import { CommandError } from "../failure.ts";
import { formatRuleReport, ruleExitCode, today, type RuleReport } from "../rule-report.ts";
import { loadStack } from "../stack-file.ts";
import type { Terminal } from "../terminal.ts";

/** What `fleet audit` is asked for. */
export interface AuditArguments {
  readonly stack: string;
  readonly json: boolean;
}

/** Judges everything in a stack's namespaces by the rules, whoever put it there. Changes nothing. */
export async function audit(args: AuditArguments, terminal: Terminal): Promise<ExitCode> {
  const { resolved } = loadStack(args.stack, { assumeSecrets: true });
  const cluster = connectCluster(
    resolved.cluster.local
      ? { kubeConfigFile: clusterPaths(clusterLayout).kubeconfig, context: resolved.cluster.context }
      : { context: resolved.cluster.context },
  );
  const namespaces = namespacesOf(resolved.platforms);
  const objects = await readObjects(cluster, namespaces);
  if (objects.length === 0) {
    throw new CommandError(
      `Nothing of ${args.stack} is in the cluster ${cluster.context}: it has no namespace ${namespaces.join(", ")}.`,
      ExitCode.failed,
    );
  }
  const report: RuleReport = {
    subject: `${args.stack} in the cluster ${cluster.context}`,
    objects: objects.length,
    violations: evaluateLive(objects, { stack: args.stack, today: today() }),
  };
  terminal.result(args.json ? JSON.stringify(report, null, 2) : formatRuleReport(report, { color: terminal.color }));
  return ruleExitCode(report);
}
