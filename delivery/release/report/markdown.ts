import { inMinutes } from "./duration.ts";
import type { ReleaseReport, ReportedStage } from "./report.ts";

/** The deployment report as Markdown, for a pull request or a chat. */
export function reportMarkdown(report: ReleaseReport): string {
  return `${[
    `# ${report.platform} ${report.version}: ${inWords(report.outcome)}`,
    report.verdict,
    ...(report.question === undefined ? [] : [`**To decide:** ${report.question}.`]),
    `Release \`${report.release}\`, ${report.startedAt} to ${report.endedAt}, ${inMinutes(report.seconds)} of work (limit ${inMinutes(report.limitSeconds)}).`,
    section("Stages", table(["Stage", "Result", "Took", "Limit"], report.stages.map(stageRow))),
    section(
      "Traffic to the canary",
      table(
        ["At", "Weight"],
        report.weights.map(({ at, weight }) => [at, `${weight} %`]),
      ),
    ),
    section(
      "Revisions",
      table(
        ["Service", "Image", "Configuration", ""],
        report.revisions.map(({ service, image, configuration, change }) => [
          service,
          `\`${image}\``,
          `\`${configuration}\``,
          change,
        ]),
      ),
    ),
    section(
      "Checks",
      table(
        ["Check", "Stage", "Result", "Took", "Seen"],
        report.checks.map(({ name, stage, passed, durationMs, detail }) => [
          name,
          stage,
          passed ? "passed" : "**failed**",
          `${durationMs} ms`,
          detail,
        ]),
      ),
    ),
    section(
      "Migrations",
      table(
        ["File", "Effect", "State"],
        report.migrations.map(({ file, effect, state }) => [`\`${file}\``, effect, state]),
      ),
    ),
    section(
      "Failures",
      report.dossiers
        .map(({ summary, detail }) => `- ${escaped(summary)}${detail === "" ? "" : `: ${escaped(detail)}`}`)
        .join("\n"),
    ),
    section(
      "Notifications",
      table(
        ["Notification", "Sent"],
        report.notifications.map(({ title, problem }) => [title, problem ?? "yes"]),
      ),
    ),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

/** An outcome as people say it. */
export function inWords(outcome: ReleaseReport["outcome"]): string {
  return { rollingBack: "rolling back", rolledBack: "rolled back", done: "released" }[outcome as string] ?? outcome;
}

function stageRow({ stage, attempt, outcome, seconds, limitSeconds, withinLimit }: ReportedStage): readonly string[] {
  return [
    attempt > 1 ? `${stage} (attempt ${attempt})` : stage,
    outcome,
    inMinutes(seconds),
    limitSeconds === undefined ? "" : `${inMinutes(limitSeconds)}${withinLimit ? "" : ", **exceeded**"}`,
  ];
}

function section(title: string, body: string): string {
  return body === "" ? "" : `## ${title}\n\n${body}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}
