import { inMinutes } from "./duration.ts";
import { inWords } from "./markdown.ts";
import type { ReleaseReport } from "./report.ts";
import { weightsPicture } from "./weights-picture.ts";

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884;vertical-align:top;overflow-wrap:anywhere}
.bad{color:#c22;font-weight:600}.good{color:#1a8f4c}pre{white-space:pre-wrap;background:#8881;padding:.75rem}.decide{border-left:4px solid #c80;padding-left:.75rem}`;

type Row = readonly { readonly text: string; readonly tone?: "good" | "bad" }[];

/** The deployment report as one HTML page that needs nothing from elsewhere: no script, no font, no picture. */
export function reportPage(report: ReleaseReport): string {
  const title = `${report.platform} ${report.version}: ${inWords(report.outcome)}`;
  const body = [
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(report.verdict)}</p>`,
    ...(report.question === undefined ? [] : [`<p class="decide">To decide: ${escaped(report.question)}.</p>`]),
    `<p>Release <code>${escaped(report.release)}</code>, ${report.startedAt} to ${report.endedAt}, ${inMinutes(report.seconds)} of work (limit ${inMinutes(report.limitSeconds)}).</p>`,
    section("Traffic to the canary", weightsPicture(report)),
    section("Stages", table(["Stage", "Result", "Took", "Limit"], report.stages.map(stageRow))),
    section(
      "Checks",
      table(
        ["Check", "Stage", "Result", "Took", "Seen"],
        report.checks.map(({ name, stage, passed, durationMs, detail }) => [
          { text: name },
          { text: stage },
          { text: passed ? "passed" : "failed", tone: passed ? "good" : "bad" },
          { text: `${durationMs} ms` },
          { text: detail },
        ]),
      ),
    ),
    section(
      "Migrations",
      table(
        ["File", "Effect", "State"],
        report.migrations.map(({ file, effect, state }) => [{ text: file }, { text: effect }, { text: state }]),
      ),
    ),
    section(
      "Revisions",
      table(
        ["Service", "Image", "Configuration", "Change"],
        report.revisions.map(({ service, image, configuration, change }) => [
          { text: service },
          { text: image },
          { text: configuration },
          { text: change },
        ]),
      ),
    ),
    section("Failures", report.dossiers.map(failure).join("\n")),
    section(
      "Notifications",
      table(
        ["Notification", "Sent"],
        report.notifications.map(({ title: told, problem }) => [
          { text: told },
          { text: problem ?? "yes", tone: problem === undefined ? "good" : "bad" },
        ]),
      ),
    ),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body.filter((part) => part !== "").join("\n")}
</body>
</html>
`;
}

function stageRow({
  stage,
  attempt,
  outcome,
  seconds,
  limitSeconds,
  withinLimit,
}: ReleaseReport["stages"][number]): Row {
  const limit = limitSeconds === undefined ? "" : inMinutes(limitSeconds);
  return [
    { text: attempt > 1 ? `${stage} (attempt ${attempt})` : stage },
    { text: outcome, ...(outcome === "failed" ? { tone: "bad" as const } : {}) },
    { text: inMinutes(seconds) },
    withinLimit ? { text: limit } : { text: `${limit}, exceeded`, tone: "bad" },
  ];
}

function failure({ summary, detail, logs }: ReleaseReport["dossiers"][number]): string {
  const lines = logs?.lines.join("\n") ?? "";
  const quoted = [detail, lines].filter((text) => text !== "").join("\n");
  return `<p>${escaped(summary)}</p>${quoted === "" ? "" : `<pre>${escaped(quoted)}</pre>`}`;
}

function section(title: string, body: string): string {
  return body === "" ? "" : `<h2>${title}</h2>\n${body}`;
}

function table(head: readonly string[], rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const cells = rows.map(
    (row) =>
      `<tr>${row.map(({ text, tone }) => `<td${tone ? ` class="${tone}"` : ""}>${escaped(text)}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${head.map((cell) => `<th>${cell}</th>`).join("")}</tr></thead><tbody>\n${cells.join("\n")}\n</tbody></table>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
