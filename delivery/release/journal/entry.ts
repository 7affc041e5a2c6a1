import { gunzipSync, gzipSync } from "node:zlib";
import type { Dossier } from "../../watch/dossier.ts";
import type { JournalRecord } from "../ports.ts";
import type { ReleaseState, Status } from "../state.ts";
import type { StoredDocument } from "./document-store.ts";

/** The journal holds what this fleet cannot read. */
export class JournalUnreadableError extends Error {
  override readonly name = "JournalUnreadableError";
}

/** Of the 1 MiB that a ConfigMap may hold (Kubernetes: ConfigMaps), some is left for its own fields. In bytes. */
export const ENTRY_LIMIT = 900 * 1024;

/** What an entry is kept as: a few words for whoever looks at it with kubectl, and all of it compressed. */
export type Entry = Pick<StoredDocument, "text" | "bytes">;

/**
 * Packs a record.
 *
 * @param limit bytes that it may come to. A larger one loses log lines, events and details of checks, never what the
 * state machine goes on from.
 */
export function entryOf(record: JournalRecord, limit = ENTRY_LIMIT): Entry {
  const { sequence, holder, state } = record;
  const text = {
    release: state.plan.id,
    version: state.plan.version,
    status: inWords(state.status),
    sequence: String(sequence),
    holder,
    at: new Date(state.lastEventMs).toISOString(),
  };
  const whole = packed(record);
  return { text, bytes: whole.length <= limit ? whole : packed({ ...record, state: shortened(state) }) };
}

/** @throws JournalUnreadableError when it is no record, or one of another version of fleet. */
export function recordIn({ bytes }: Entry): JournalRecord {
  try {
    const record = JSON.parse(gunzipSync(bytes ?? Buffer.alloc(0)).toString("utf8")) as JournalRecord;
    // Whatever wrote it may have been a newer fleet than this one.
    if ((record.state.schemaVersion as number) === 1) return record;
  } catch {
    // Told below.
  }
  throw new JournalUnreadableError("the journal was written by another version of fleet, or by somebody else");
}

/** A state without what only explains it. */
export function shortened(state: ReleaseState): ReleaseState {
  return {
    ...state,
    status: withShortFailure(state.status),
    checks: state.checks.map((check) => ({ ...check, detail: check.detail.slice(0, DETAIL_LIMIT) })),
  };
}

/** Longest detail of a check that a shortened state keeps, in characters. */
const DETAIL_LIMIT = 200;

function withShortFailure(status: Status): Status {
  if (!("failure" in status)) return status;
  const dossiers = status.failure.dossiers.map((dossier): Dossier => ({
    ...dossier,
    ...(dossier.logs ? { logs: { ...dossier.logs, lines: [] } } : {}),
    detail: dossier.detail.slice(0, DETAIL_LIMIT),
    events: [],
    gaps: [...dossier.gaps, "log lines and events were too long for the journal"],
  }));
  return { ...status, failure: { ...status.failure, dossiers } };
}

function inWords(status: Status): string {
  return "stage" in status ? `${status.kind} ${status.stage}` : status.kind;
}

function packed(record: JournalRecord): Buffer {
  return gzipSync(JSON.stringify(record));
}
