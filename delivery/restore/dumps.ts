/** One dump of a database. */
export interface Dump {
  /** Its name on the backup volume. */
  readonly file: string;
  readonly bytes: number;
  /** ISO 8601, when it was complete. */
  readonly at: string;
}

/** What a dump's name looks like; nothing else gets near a shell. */
export const DUMP_FILE = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\.dump$/;

/** Reads what the Job prints that lists the dumps: name, bytes and time of each, the newest first. */
export function parseDumps(output: string): readonly Dump[] {
  return output.split("\n").flatMap((line) => {
    const [, file, bytes, seconds] = /^(\S+) (\d+) (\d+)$/.exec(line) ?? [];
    if (file === undefined) return [];
    return [{ file, bytes: Number(bytes), at: new Date(Number(seconds) * 1000).toISOString() }];
  });
}
