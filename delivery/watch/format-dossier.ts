import pc from "picocolors";
import type { Dossier, DossierEvent } from "./dossier.ts";

export interface FormatOptions {
  /** True on a terminal, or when told. Default false. */
  readonly color?: boolean;
  /** Longest line in characters; longer ones end in "…". Commands are never cut. Default 160. */
  readonly width?: number;
}

const MOST_LINES = 40;
const MOST_DETAIL_LINES = 4;
const MOST_EVENTS = 5;
const MOST_GAPS = 2;

/** The dossier for a terminal: the cause first, at most 40 lines. Log lines give way first, the oldest of them. */
export function formatDossier(dossier: Dossier, { color = false, width = 160 }: FormatOptions = {}): string {
  const colors = pc.createColors(color);
  const cut = (line: string): string => (line.length <= width ? line : `${line.slice(0, width - 1)}…`);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [colors.bold(title), ...lines.map((line) => `  ${cut(line)}`)];
  const head = [
    dossier.certainty === "fatal" ? colors.red(`✗ ${dossier.summary}`) : colors.yellow(`? ${dossier.summary}`),
    ...facts(dossier).map((line) => cut(`  ${line}`)),
    ...section("The cluster says", detailLines(dossier, width)),
  ];
  const tail = [
    ...section("Events", dossier.events.slice(-MOST_EVENTS).map(eventLine)),
    ...section("Affected", dossier.dependents.length > 0 ? [dossier.dependents.join(", ")] : []),
    ...section("Not collected", dossier.gaps.slice(0, MOST_GAPS)),
    ...(dossier.commands.length > 0
      ? [colors.bold("To see more"), ...dossier.commands.map((line) => `  ${line}`)]
      : []),
  ];
  const room = MOST_LINES - head.length - tail.length - 1;
  return `${[...head, ...section(logTitle(dossier), logLines(dossier, room)), ...tail].join("\n")}\n`;
}

function facts(dossier: Dossier): readonly string[] {
  const container = dossier.container ? `, container ${dossier.container}` : "";
  return [
    `${dossier.workload} in ${dossier.namespace}, ${dossier.object}${container}`,
    ...(dossier.image ? [`image ${dossier.image}`] : []),
  ];
}

function detailLines({ detail, summary }: Dossier, width: number): readonly string[] {
  if (detail === "" || summary.includes(detail)) return [];
  const lines = detail.split("\n").filter((line) => line.trim() !== "");
  // A program's last words are its last lines; the cluster says everything in one, which is worth wrapping.
  if (lines.length > 1) return lines.slice(-MOST_DETAIL_LINES);
  return (lines[0]?.match(new RegExp(`.{1,${width - 2}}(?:\\s|$)|.{${width - 2}}`, "g")) ?? []).slice(
    0,
    MOST_DETAIL_LINES,
  );
}

function logTitle({ logs }: Dossier): string {
  return logs ? `Last lines of ${logs.container}${logs.previous ? " before its restart" : ""}` : "";
}

function logLines({ logs }: Dossier, room: number): readonly string[] {
  if (!logs || room <= 0) return [];
  return logs.lines.length === 0 ? ["(it printed nothing)"] : logs.lines.slice(-room);
}

function eventLine({ at, object, reason, message, count }: DossierEvent): string {
  const times = count > 1 ? ` (${count} times)` : "";
  return `${at.slice(11, 19)} ${object} ${reason}${times}: ${message.replace(/\s+/g, " ")}`;
}
