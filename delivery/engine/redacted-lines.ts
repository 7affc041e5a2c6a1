import type { Redact } from "../watch/redact.ts";

/** Text as it comes in from a process, and its end. */
export interface LineWriter {
  readonly write: (text: string) => void;
  readonly end: () => void;
}

/** Redacts text line by line, for a secret may come in two pieces. */
export function redactedLines(redact: Redact, write: (text: string) => void): LineWriter {
  let rest = "";
  return {
    write: (text) => {
      const end = text.lastIndexOf("\n") + 1;
      if (end > 0) write(redact(rest + text.slice(0, end)));
      rest = end > 0 ? text.slice(end) : rest + text;
    },
    end: () => {
      if (rest !== "") write(redact(rest));
      rest = "";
    },
  };
}
