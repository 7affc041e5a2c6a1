import type { Analysis } from "../../release/analysis/analyse.ts";
import { verdictOf } from "../../release/report/report.ts";
import type { ReleaseState } from "../../release/state.ts";

/** What is worth a line for whoever waits, from one state of a release to the next. */
export function progressLines(before: ReleaseState | undefined, after: ReleaseState): readonly string[] {
  // What a process before this one has shown is not shown again.
  if (before === undefined) return stageLines({ ...after, stages: after.stages.slice(0, -1) }, after);
  return [
    ...sampleLines(before, after),
    ...checkLines(before, after),
    ...weightLines(before, after),
    ...stageLines(before, after),
    ...deliveryLines(before, after),
    ...(before.status.kind !== after.status.kind && after.status.kind !== "running" ? [verdictOf(after)] : []),
  ];
}

function stageLines(before: ReleaseState, after: ReleaseState): readonly string[] {
  const known = before.stages;
  const ended = after.stages.flatMap((stage, index) => {
    if (stage.endedMs === undefined || known[index]?.endedMs !== undefined || stage.outcome === "skipped") return [];
    const mark = stage.outcome === "passed" ? "✓" : "✗";
    const seconds = (stage.endedMs - stage.startedMs - stage.idleMs) / 1000;
    return [`${mark} ${stage.stage} ${stage.outcome ?? ""} after ${seconds.toFixed(1)} s`];
  });
  const begun = after.stages
    .slice(known.length)
    .filter(({ endedMs }) => endedMs === undefined)
    .map(({ stage }) => `… ${stage}`);
  return [...ended, ...begun];
}

function weightLines(before: ReleaseState, { weights }: ReleaseState): readonly string[] {
  return weights.slice(before.weights.length).map(({ weight }) => `  ${weight} % of the requests go to the canary`);
}

function sampleLines(before: ReleaseState, { analysis, plan }: ReleaseState): readonly string[] {
  if (!analysis || analysis.samples === 0) return [];
  const same = before.analysis?.weight === analysis.weight && before.analysis.samples === analysis.samples;
  if (same) return [];
  const bad = Object.entries(analysis.health.canary).filter(([, { consecutiveNotGood }]) => consecutiveNotGood > 0);
  const seen = bad.length === 0 ? "all well" : bad.map(([service, { reason }]) => `${service}: ${reason}`).join("; ");
  const { minimumSamples, metrics } = plan.analysis;
  const look =
    analysis.samples <= minimumSamples ? `${analysis.samples} of ${minimumSamples}` : String(analysis.samples);
  const counted = metrics === "none" ? "" : `; ${analysis.missing === "" ? countsOf(analysis) : analysis.missing}`;
  return [`  look ${look} at ${analysis.weight} %: ${seen}${counted}`];
}

/** How many answers either side has given at this weight. */
function countsOf({ errors: { canary, stable } }: Analysis): string {
  return `canary ${canary.requests} answers, ${canary.hits} errors; stable ${stable.requests}, ${stable.hits}`;
}

function checkLines(before: ReleaseState, { checks }: ReleaseState): readonly string[] {
  return checks
    .slice(before.checks.length)
    .map(({ name, passed, detail, durationMs }) => `  ${passed ? "✓" : "✗"} ${name}: ${detail} (${durationMs} ms)`);
}

function deliveryLines(before: ReleaseState, { deliveries }: ReleaseState): readonly string[] {
  return deliveries
    .slice(before.deliveries.length)
    .flatMap(({ title, problem }) => (problem === undefined ? [] : [`! not told: ${title} (${problem})`]));
}
