import Table from "cli-table3";
import { createColors } from "picocolors";
import { inMinutes } from "../../release/report/duration.ts";
import { inWords } from "../../release/report/markdown.ts";
import { reportOf, type ReleaseReport } from "../../release/report/report.ts";
import { isOpen, type ReleaseState } from "../../release/state.ts";
import { formatDossier } from "../../watch/format-dossier.ts";

/** A release for a terminal: its stages, its verdict, what to do next. */
export function releaseSummary(state: ReleaseState, color: boolean): string {
  const report = reportOf(state);
  const { bold, dim, yellow } = createColors(color);
  const table = plainTable(["Stage", "Result", "Took", "Limit"]);
  for (const { stage, attempt, outcome, seconds, limitSeconds, withinLimit } of report.stages) {
    const limit = limitSeconds === undefined ? "" : inMinutes(limitSeconds);
    table.push([
      attempt > 1 ? `${stage} (attempt ${attempt})` : stage,
      outcome,
      inMinutes(seconds),
      withinLimit ? limit : `${limit}, exceeded`,
    ]);
  }
  return [
    ...report.dossiers.map((dossier) => formatDossier(dossier, { color })),
    ...(report.stages.length > 0 ? [table.toString()] : []),
    bold(report.verdict),
    dim(`release ${report.release}, ${inMinutes(report.seconds)} of work`),
    ...nextSteps(state, report).map((line) => yellow(line)),
  ].join("\n");
}

function nextSteps({ plan, status, weight, touched }: ReleaseState, { question }: ReleaseReport): readonly string[] {
  const platform = `--platform ${plan.platform}`;
  switch (status.kind) {
    case "paused":
      return [`fleet release resume ${platform}  looks again`, `fleet release abort ${platform}  rolls back`];
    case "frozen":
      return [
        `To decide: ${question ?? ""}.`,
        ...(weight > 0 ? [`${weight} % of the requests stay on the canary until then.`] : []),
        `fleet release abort ${platform}  rolls the pods back and leaves the schema`,
        `fleet release retry ${platform}  tries again once the cause is mended`,
      ];
    case "running":
    case "rollingBack":
      return [`fleet release resume ${platform}  goes on if nobody drives it`];
    case "failed":
      return Object.values(touched).includes(true) ? [`fleet release abort ${platform}  tries the way back again`] : [];
    case "done":
    case "rolledBack":
      return [];
  }
}

/** A platform's releases, the newest first. */
export function historyTable(history: readonly ReleaseState[]): string {
  if (history.length === 0) return "It has never been released.";
  const table = plainTable(["Release", "Version", "Result", "Ended", "Why"]);
  for (const state of history) {
    const { status, plan } = state;
    const why = "failure" in status ? status.failure.reason : status.kind === "paused" ? status.reason : "";
    const ended = isOpen(state) ? "" : reportOf(state).endedAt.replace(/\.\d+Z$/, "Z");
    table.push([
      plan.id,
      plan.version,
      status.kind === "done" ? "verified" : inWords(status.kind),
      ended,
      shortened(why),
    ]);
  }
  return table.toString();
}

const WHY_LIMIT = 70;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= WHY_LIMIT ? line : `${line.slice(0, WHY_LIMIT - 1)}…`;
}

function plainTable(head: string[]) {
  return new Table({ head, style: { head: [], border: [] } });
}
