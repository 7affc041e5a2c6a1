import { boundedName } from "../../../model/name.ts";
import { JournalConflictError, type JournalPort, type JournalRecord } from "../ports.ts";
import type { ReleaseState } from "../state.ts";
import { DocumentConflictError, type DocumentStore, type StoredDocument } from "./document-store.ts";
import { entryOf, recordIn } from "./entry.ts";

/** How many ended releases of a platform are remembered; the last verified one always is. */
export const RELEASES_KEPT = 20;

/**
 * The journal over a store of documents: one that every transition writes over, by comparing versions, and one for each
 * release before, as it ended.
 */
export function journalIn(store: DocumentStore, kept = RELEASES_KEPT): JournalPort {
  const latest = async (platform: string): Promise<JournalRecord | undefined> => {
    const document = await store.read(platform, latestName(platform));
    return document && recordIn(document);
  };
  return {
    latest,
    write: (platform, record) => write({ store, kept, platform }, record),
    history: async (platform) => {
      const [last, ended] = await Promise.all([latest(platform), endedIn(store, platform)]);
      const before = ended.filter(({ record }) => record.state.plan.id !== last?.state.plan.id);
      return [...(last ? [last.state] : []), ...before.map(({ record }) => record.state)];
    },
    requestAbort: async (platform, { release, attempt }, by) => {
      const name = abortName(platform);
      const before = await store.read(platform, name);
      const text = { release, attempt: String(attempt), by };
      await store.write(platform, { name, text }, before?.version);
    },
    abortRequestedBy: async (platform, { release, attempt }) => {
      const { text } = (await store.read(platform, abortName(platform))) ?? {};
      return text?.["release"] === release && text["attempt"] === String(attempt) ? text["by"] : undefined;
    },
  };
}

interface Writing {
  readonly store: DocumentStore;
  readonly kept: number;
  readonly platform: string;
}

async function write(writing: Writing, record: JournalRecord): Promise<void> {
  const { store, platform } = writing;
  const name = latestName(platform);
  const document = await store.read(platform, name);
  const before = document && recordIn(document);
  if (before && isSame(before, record)) return;
  if ((before?.sequence ?? 0) !== record.sequence - 1) throw overtaken(platform, before);
  if (before && before.state.plan.id !== record.state.plan.id) await keep(writing, before);
  try {
    await store.write(platform, { name, ...entryOf(record) }, document?.version);
  } catch (error) {
    if (!(error instanceof DocumentConflictError)) throw error;
    const now = await store.read(platform, name);
    const written = now && recordIn(now);
    if (!written || !isSame(written, record)) throw overtaken(platform, written);
  }
}

/** A write whose answer was lost is told again, and finds itself. */
function isSame(written: JournalRecord, record: JournalRecord): boolean {
  return written.sequence === record.sequence && written.holder === record.holder;
}

function overtaken(platform: string, by: JournalRecord | undefined): JournalConflictError {
  const who = by ? `${by.holder} has written release ${by.state.plan.id}` : "somebody has deleted it";
  return new JournalConflictError(`the journal of ${platform} is no longer as this process left it: ${who}`);
}

/** Keeps a release as it ended, and forgets the oldest. */
async function keep({ store, kept, platform }: Writing, record: JournalRecord): Promise<void> {
  const name = endedName(platform, record.state);
  const known = await store.read(platform, name);
  if (!known) await store.write(platform, { name, ...entryOf(record) }, undefined);
  const ended = await endedIn(store, platform);
  const verified = ended.find(({ record: { state } }) => state.status.kind === "done");
  for (const old of ended.slice(kept)) if (old !== verified) await store.remove(platform, old.document.name);
}

interface Ended {
  readonly document: StoredDocument;
  readonly record: JournalRecord;
}

/** The releases before the latest, the newest first. */
async function endedIn(store: DocumentStore, platform: string): Promise<readonly Ended[]> {
  const reserved = [latestName(platform), abortName(platform)];
  const documents = (await store.list(platform)).filter(({ name }) => !reserved.includes(name));
  return documents
    .map((document) => ({ document, record: recordIn(document) }))
    .sort((a, b) => b.record.sequence - a.record.sequence);
}

function latestName(platform: string): string {
  return boundedName(["release", platform, "latest"]);
}

function abortName(platform: string): string {
  return boundedName(["release", platform, "abort"]);
}

function endedName(platform: string, { plan }: ReleaseState): string {
  return boundedName(["release", platform, "ended", plan.id]);
}
