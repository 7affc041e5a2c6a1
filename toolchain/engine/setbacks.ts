import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { machinePaths } from "../paths.ts";

/** Something that did not work a while ago and takes time to fail, such as a download. By what was tried. */
export type Setbacks = Readonly<Record<string, { readonly at: number; readonly reason: string }>>;

/** How long a setback is believed, in milliseconds: a day. */
export const SETBACK_LIFETIME = 24 * 60 * 60 * 1000;

const setbacksSchema = z.record(z.string(), z.object({ at: z.number(), reason: z.string() }));

/** Why `attempt` is not worth repeating yet, or undefined if it is. Times are milliseconds since the epoch. */
export function recentSetback(setbacks: Setbacks, attempt: string, now: number): string | undefined {
  const setback = setbacks[attempt];
  return setback && now >= setback.at && now - setback.at < SETBACK_LIFETIME ? setback.reason : undefined;
}

/** What is remembered on this machine. A file that cannot be read counts as nothing remembered. */
export async function readSetbacks(): Promise<Setbacks> {
  try {
    return setbacksSchema.parse(JSON.parse(await readFile(setbacksFile(), "utf8")));
  } catch {
    return {};
  }
}

/** Remembers that `attempt` failed now. Delete the file to have everything tried again. */
export async function rememberSetback(attempt: string, reason: string): Promise<void> {
  const file = setbacksFile();
  const setbacks = { ...(await readSetbacks()), [attempt]: { at: Date.now(), reason } };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(setbacks, undefined, 2));
  await rename(`${file}.${process.pid}`, file);
}

function setbacksFile(): string {
  return join(machinePaths().cache, "engine", "setbacks.json");
}
