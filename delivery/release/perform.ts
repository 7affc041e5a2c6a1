import type { Activity, Outcome } from "./activity.ts";
import type { ReleasePorts, WorkContext } from "./ports.ts";

/** Does one activity through its port. */
export async function performActivity(
  activity: Activity,
  ports: ReleasePorts,
  { plan, signal }: Pick<WorkContext, "plan" | "signal">,
): Promise<Outcome> {
  const { engine, traffic, cluster, database, synthetics, clock } = ports;
  const context: WorkContext = { key: activity.key, plan, signal };
  const { kind } = activity;
  switch (kind) {
    case "build":
      return { kind, revisions: await engine.build(context) };
    case "deployCanary":
      await engine.deployCanary(context, activity.revisions);
      return { kind };
    case "deployStable":
      await engine.deployStable(context, activity.revisions);
      return { kind };
    case "removeCanary":
      await engine.removeCanary(context);
      return { kind };
    case "restoreStable":
      await engine.restoreStable(context, activity.release);
      return { kind };
    case "setWeight":
      await traffic.setWeight(context, activity.weight);
      return { kind };
    case "sample":
      await clock.sleep(Math.max(0, activity.notBeforeMs - clock.now()), signal);
      signal.throwIfAborted();
      return { kind, sample: await cluster.sample(context, activity.countedUntilMs) };
    case "migrate":
      return { kind, applied: await database.migrate(context, activity.migrations) };
    case "inspectMigrations":
      return { kind, applied: await database.applied(plan.platform, activity.migrations, signal) };
    case "revertMigrations":
      await database.revert(context, activity.migrations);
      return { kind };
    case "runSynthetics":
      return { kind, checks: await synthetics.run(context, activity.checks) };
    case "checkReadiness":
      return { kind, checks: await cluster.checkReadiness(context) };
    case "checkRestored":
      return { kind, checks: await cluster.checkRestored(context) };
  }
}
