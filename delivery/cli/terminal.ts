import { createColors } from "picocolors";
import type { Progress, ProgressEvent } from "../../toolchain/progress.ts";

/** Where a command writes: progress for people to stderr, the result to stdout. */
export interface Terminal {
  readonly color: boolean;
  /** The result: a table, a report, JSON. */
  readonly result: (text: string) => void;
  /** A line of progress or a remark; silent with `--json` unless stderr is a terminal. */
  readonly note: (text: string) => void;
  /** A step of preparation: engine, cluster, images. */
  readonly progress: Progress;
}

/** A terminal on this process' streams. Colours only where a person looks, and never with NO_COLOR. */
export function processTerminal(json: boolean): Terminal {
  const color = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const note = (text: string) => {
    if (!json || process.stderr.isTTY) process.stderr.write(`${text}\n`);
  };
  return {
    color,
    result: (text) => {
      process.stdout.write(`${text}\n`);
    },
    note,
    progress: (event) => {
      const line = progressLine(event, process.stderr.isTTY && process.env["NO_COLOR"] === undefined);
      if (line !== undefined) note(line);
    },
  };
}

// A step that takes no time is not worth two lines: its start is shown, its end only when somebody waited for it.
const WORTH_AN_END_SECONDS = 1;

/** One line for an event, or none. */
export function progressLine(event: ProgressEvent, color: boolean): string | undefined {
  const { dim, green } = createColors(color);
  const detail = event.detail === undefined ? "" : dim(` ${event.detail}`);
  switch (event.status) {
    case "started":
      return `${dim("…")} ${event.step}${detail}`;
    case "note":
      return `  ${dim(`${event.step}:`)}${detail}`;
    case "done":
      return (event.seconds ?? 0) < WORTH_AN_END_SECONDS
        ? undefined
        : `${green("✓")} ${event.step}${detail} ${dim(`${(event.seconds ?? 0).toFixed(1)} s`)}`;
  }
}
