import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { JournalPort, JournalRecord } from "../ports.ts";

/**
 * Keeps every entry on this machine too, a line of JSON each, one file a release: what remains when the cluster is gone.
 *
 * @param onProblem told when the copy cannot be written, which stops nothing.
 */
export function withLocalCopy(
  journal: JournalPort,
  folder: string,
  onProblem: (problem: string) => void = () => undefined,
): JournalPort {
  return {
    ...journal,
    write: async (platform, record) => {
      await journal.write(platform, record);
      await copy(localJournal(folder, platform, record.state.plan.id), record).catch((error: unknown) => {
        onProblem(`the local journal was not written: ${error instanceof Error ? error.message : String(error)}`);
      });
    },
  };
}

/** The file of one release. */
export function localJournal(folder: string, platform: string, release: string): string {
  return join(folder, platform, `${release}.jsonl`);
}

async function copy(file: string, record: JournalRecord): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true, mode: 0o700 });
  await appendFile(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}
