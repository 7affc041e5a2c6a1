import { stripVTControlCharacters } from "node:util";
import { ApiException, type CoreV1ApiReadNamespacedPodLogRequest } from "@kubernetes/client-node";
import { z } from "zod";
import { commandsFor } from "./commands.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { EVERYDAY_EVENTS } from "./everyday-events.ts";
import type { Event } from "./kubernetes-objects.ts";
import { redactAll, redactor } from "./redact.ts";
import { countOf, lastSeen, type ObjectRef } from "./snapshot.ts";

/** What the on-call engineer gets. Plain data, redacted, fit for JSON as it is. */
export interface Dossier {
  readonly schemaVersion: 1;
  readonly kind: Diagnosis["kind"];
  readonly certainty: Diagnosis["certainty"];
  readonly service: string;
  readonly namespace: string;
  /** "Deployment/bizosaas-crm". */
  readonly workload: string;
  /** "Pod/bizosaas-crm-6c9f-x2x7k". */
  readonly object: string;
  readonly summary: string;
  /** The cluster's own words, or the container's termination message. */
  readonly detail: string;
  /** ISO 8601, by the API server's clock. */
  readonly since: string;
  readonly container?: string;
  readonly image?: string;
  readonly exitCode?: number;
  readonly restarts?: number;
  readonly logs?: {
    readonly pod: string;
    readonly container: string;
    readonly previous: boolean;
    readonly lines: readonly string[];
  };
  /** Oldest first. */
  readonly events: readonly DossierEvent[];
  /** Services that are linked to this one and suffer with it. */
  readonly dependents: readonly string[];
  /** Commands that show more, ready to paste. */
  readonly commands: readonly string[];
  /** What could not be collected, and why. */
  readonly gaps: readonly string[];
}

export interface DossierEvent {
  readonly at: string;
  readonly object: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

/** The little of a `Cluster` that a dossier needs. */
export interface DossierSource {
  readonly context: string;
  readonly core: {
    readonly readNamespacedPodLog: (request: CoreV1ApiReadNamespacedPodLogRequest) => Promise<string>;
    readonly listNamespacedEvent: (request: {
      namespace: string;
      fieldSelector: string;
    }) => Promise<{ readonly items: readonly Event[] }>;
  };
}

export interface DossierOptions {
  readonly cluster: DossierSource;
  /** Services linked to the failed one, from the link graph. Default: none. */
  readonly dependents?: readonly string[];
  /** Secret values in plaintext, which must not show. */
  readonly secrets: readonly string[];
  /** Log lines kept. Default 20. */
  readonly logLines?: number;
  /** Events kept. Default 10. */
  readonly eventLimit?: number;
}

/** Gathers what the cluster still knows about a failure. Never rejects: what cannot be had is listed in `gaps`. */
export async function collectDossier(diagnosis: Diagnosis, options: DossierOptions): Promise<Dossier> {
  const gaps: string[] = [];
  const [logs, events] = await Promise.all([
    lastLines(diagnosis, options, gaps),
    relatedEvents(diagnosis, options, gaps),
  ]);
  const { container, image, exitCode, restarts } = diagnosis;
  const dossier: Dossier = {
    schemaVersion: 1,
    kind: diagnosis.kind,
    certainty: diagnosis.certainty,
    service: diagnosis.service,
    namespace: diagnosis.object.namespace,
    workload: nameOf(diagnosis.workload),
    object: nameOf(diagnosis.object),
    summary: diagnosis.summary,
    detail: plain(diagnosis.detail),
    since: diagnosis.since.toISOString(),
    ...(container === undefined ? {} : { container }),
    ...(image === undefined ? {} : { image }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(restarts === undefined ? {} : { restarts }),
    ...(logs ? { logs } : {}),
    events,
    dependents: options.dependents ?? [],
    commands: commandsFor(diagnosis, options.cluster.context),
    gaps,
  };
  return redactAll(dossier, redactor(options.secrets));
}

async function lastLines(
  { logs, object }: Diagnosis,
  { cluster, logLines = 20 }: DossierOptions,
  gaps: string[],
): Promise<Dossier["logs"]> {
  if (!logs) return undefined;
  const read = async (previous: boolean): Promise<Dossier["logs"]> => {
    const text = await cluster.core.readNamespacedPodLog({
      namespace: object.namespace,
      name: logs.pod,
      container: logs.container,
      previous,
      tailLines: logLines,
      limitBytes: 64 * 1024,
    });
    const lines = text.split("\n").map(plain);
    return { ...logs, previous, lines: lines.at(-1) === "" ? lines.slice(0, -1) : lines };
  };
  try {
    const found = await read(logs.previous);
    // Between diagnosis and now the container may have been started again, or its log rotated away.
    if (found && found.lines.length > 0) return found;
    return await read(!logs.previous).catch(() => found);
  } catch (error) {
    return await read(!logs.previous).catch(() => {
      gaps.push(`logs of ${logs.pod}: ${inWords(error)}`);
      return undefined;
    });
  }
}

async function relatedEvents(
  { related }: Diagnosis,
  { cluster, eventLimit = 10 }: DossierOptions,
  gaps: string[],
): Promise<readonly DossierEvent[]> {
  const perObject = related.map(async (ref) => {
    const fieldSelector = `involvedObject.kind=${ref.kind},involvedObject.name=${ref.name}`;
    try {
      return (await cluster.core.listNamespacedEvent({ namespace: ref.namespace, fieldSelector })).items;
    } catch (error) {
      gaps.push(`events of ${nameOf(ref)}: ${inWords(error)}`);
      return [];
    }
  });
  const telling = (await Promise.all(perObject)).flat().filter(({ reason }) => !EVERYDAY_EVENTS.has(reason ?? ""));
  return merged(telling.sort((a, b) => lastSeen(a).getTime() - lastSeen(b).getTime()).map(dossierEvent)).slice(
    -eventLimit,
  );
}

/** A refused ReplicaSet says the same of every pod name it tries: one line with the last of them says it too. */
function merged(events: readonly DossierEvent[]): readonly DossierEvent[] {
  const byCause = new Map<string, DossierEvent>();
  for (const event of events) {
    const cause = `${event.object} ${event.reason} ${event.message.replace(/"[^"]*"/, "")}`;
    const count = event.count + (byCause.get(cause)?.count ?? 0);
    byCause.delete(cause);
    byCause.set(cause, { ...event, count });
  }
  return [...byCause.values()];
}

function dossierEvent(event: Event): DossierEvent {
  return {
    at: lastSeen(event).toISOString(),
    object: `${event.involvedObject.kind ?? ""}/${event.involvedObject.name ?? ""}`,
    reason: event.reason ?? "",
    message: plain(event.message ?? ""),
    count: countOf(event),
  };
}

function nameOf({ kind, name }: ObjectRef): string {
  return `${kind}/${name}`;
}

/** Programs colour their logs; an escape sequence must not reach the reader's terminal. Tabs become blanks. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\t/g, "  ")
    .replace(/[^\P{Cc}\n]/gu, "");
}

const statusSchema = z.object({ message: z.string() });

/** The message of the API server's Status object, where the error carries one. */
function inWords(error: unknown): string {
  if (error instanceof ApiException && typeof error.body === "string") {
    try {
      return statusSchema.parse(JSON.parse(error.body)).message;
    } catch {
      return `HTTP ${error.code}`;
    }
  }
  return error instanceof Error ? error.message : String(error);
}
