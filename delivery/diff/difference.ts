import { isDeepStrictEqual } from "node:util";
import { blastRadius, type BlastRadius } from "./blast-radius.ts";
import { causesBySubject, type Cause, type SourceChanges } from "./causes.ts";
import { effectsOf, imageEffects, type Effect, type ImmutableFields } from "./effects.ts";
import { migrationChanges, type MigrationChange } from "./migration-changes.ts";
import { objectChanges, type ObjectChange } from "./object-changes.ts";
import { requestsOf, type RequestRange } from "./requests.ts";
import { ruleChanges, type RuleChange } from "./rule-changes.ts";
import { subjectOf, type Snapshot, type StackSnapshot } from "./snapshot.ts";
import { changeLines, type ChangeLine } from "./words.ts";

/** What a branch changes, of every stack; what `fleet diff --json` prints. */
export interface Difference {
  /** The reference that was asked for and the commit that was compared with. */
  readonly base: { readonly reference: string; readonly commit: string };
  readonly stacks: readonly StackDifference[];
}

/** What a branch changes in one stack. */
export interface StackDifference {
  readonly stack: string;
  readonly change: "added" | "removed" | "changed" | "unchanged";
  /** Why the base's side is missing though the base has the stack. */
  readonly unresolvedBase?: string;
  /** Services, datastores and platforms whose objects differ, in the order of their names. */
  readonly subjects: readonly SubjectDifference[];
  /** Of everything that restarts, is interrupted, replaced or removed. */
  readonly blastRadius: readonly BlastRadius[];
  readonly rules: { readonly broken: readonly RuleChange[]; readonly mended: readonly RuleChange[] };
  readonly migrations: readonly MigrationChange[];
  /** CPU and memory that the stack's pods ask for. */
  readonly requests: { readonly before: RequestRange; readonly after: RequestRange };
}

/** One service, datastore or platform whose objects differ, or whose image is built anew. */
export interface SubjectDifference {
  /** `bizosaas/crm`; `bizosaas` for what the whole platform shares. */
  readonly subject: string;
  readonly kind: "service" | "datastore" | "platform";
  readonly change: "added" | "removed" | "changed";
  readonly causes: readonly Cause[];
  /** What differs, in words. */
  readonly lines: readonly ChangeLine[];
  readonly effects: readonly Effect[];
  readonly objects: readonly {
    readonly path: string;
    readonly kind: string;
    readonly name: string;
    readonly change: ObjectChange["change"];
  }[];
}

/** What the comparison needs beside the two snapshots. */
export interface ComparisonSources {
  readonly base: Difference["base"];
  readonly sources: SourceChanges;
  readonly immutableFields: ImmutableFields;
}

/** Compares two snapshots, stack by stack. */
export function difference(before: Snapshot, after: Snapshot, comparison: ComparisonSources): Difference {
  const names = [...new Set([...after.stacks, ...before.stacks].map(({ stack }) => stack))].sort(byDistanceToUsers);
  return {
    base: comparison.base,
    stacks: names.map((name) => stackDifference(name, before, after, comparison)),
  };
}

/** Whether anything differs at all. */
export function hasChanges({ stacks }: Difference): boolean {
  return stacks.some(({ change }) => change !== "unchanged");
}

const NOTHING = { objects: [], nodes: [], edges: [], rules: [], violations: [], images: [], migrations: [] };

function stackDifference(
  stack: string,
  before: Snapshot,
  after: Snapshot,
  { sources, immutableFields }: ComparisonSources,
): StackDifference {
  const [old, now] = [before, after].map((snapshot) => snapshot.stacks.find((one) => one.stack === stack));
  const base = old?.resolved === true ? old : undefined;
  const head: StackSnapshot = now?.resolved === true ? now : { ...NOTHING, resolved: true, stack };
  const changes = objectChanges(base?.objects ?? [], head.objects);
  const edges = [...head.edges, ...(base?.edges ?? [])];
  const images = rebuiltImages(base, head, sources.files);
  const rebuilt = imageEffects(head.objects, new Set(images.keys()));
  const imageFiles = filesBySubject(rebuilt, images);
  const causes = causesBySubject(changes, { stack, sources, edges, imageFiles });
  const subjects = [...causes.keys()].sort().map((subject): SubjectDifference => {
    const own = changes.filter((change) => subjectOf(change) === subject);
    const ofImages = rebuilt.filter(({ of }) => subjectOf(of) === subject).flatMap(({ effects }) => effects);
    const effects = [...own.flatMap((change) => effectsOf(change, immutableFields)), ...ofImages];
    return {
      subject,
      kind: [...head.nodes, ...(base?.nodes ?? [])].find(({ id }) => id === subject)?.kind ?? "platform",
      change: subjectChange(subject, base, head),
      causes: causes.get(subject) ?? [],
      lines: [...changeLines(own), ...(imageFiles.has(subject) ? [{ text: "image is built anew", also: [] }] : [])],
      effects: effects.filter(
        (one, index) => effects.findIndex(({ kind, object }) => kind === one.kind && object === one.object) === index,
      ),
      objects: own.map(objectLine),
    };
  });
  const change = !old ? "added" : !now ? "removed" : subjects.length > 0 ? "changed" : "unchanged";
  const rules = ruleChanges(base, head);
  const migrations = migrationChanges(base, head);
  const judged = rules.broken.length + rules.mended.length + migrations.length > 0;
  return {
    stack,
    change: change === "unchanged" && judged ? "changed" : change,
    ...(old?.resolved === false ? { unresolvedBase: old.problem } : {}),
    subjects,
    blastRadius: subjects
      .filter(({ change: one, effects }) => one !== "added" && (one === "removed" || effects.some(isFelt)))
      .map(({ subject }) => blastRadius(subject, edges))
      .filter(({ dependants }) => dependants.length > 0),
    rules,
    migrations,
    requests: { before: requestsOf(base?.objects ?? []), after: requestsOf(head.objects) },
  };
}

function isFelt({ kind }: Effect): boolean {
  return kind !== "runs";
}

function subjectChange(
  subject: string,
  base: StackSnapshot | undefined,
  head: StackSnapshot,
): SubjectDifference["change"] {
  const has = (stack: StackSnapshot | undefined) =>
    stack?.objects.some((object) => subjectOf(object) === subject) ?? false;
  if (!has(base)) return "added";
  return has(head) ? "changed" : "removed";
}

function objectLine({ path, change, before, after }: ObjectChange): SubjectDifference["objects"][number] {
  const object = after ?? before ?? {};
  const metadata = object["metadata"] as { readonly name?: string } | undefined;
  return { path, kind: String(object["kind"]), name: metadata?.name ?? "", change };
}

/** Images whose folder, Dockerfile or arguments differ: the files that do, by the image's text. */
function rebuiltImages(
  base: StackSnapshot | undefined,
  head: StackSnapshot,
  files: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    head.images.flatMap((image) => {
      const { text, context, dockerfile } = image;
      const changed = files.filter((file) => file === dockerfile || file.startsWith(`${context}/`));
      const old = base?.images.find((one) => one.text === text);
      const rebuilt = old !== undefined && (changed.length > 0 || !isDeepStrictEqual(old.arguments, image.arguments));
      return rebuilt ? [[text, changed] as const] : [];
    }),
  );
}

function filesBySubject(
  rebuilt: ReturnType<typeof imageEffects>,
  images: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, Set<string>>();
  for (const { of, image } of rebuilt) {
    const subject = subjectOf(of);
    const own = files.get(subject) ?? new Set<string>();
    for (const file of images.get(image) ?? []) own.add(file);
    files.set(subject, own);
  }
  return new Map([...files].map(([subject, own]) => [subject, [...own]]));
}

// dev, staging, prod: the order in which a change travels; any other stack before them, by name.
const ORDER = ["dev", "staging", "prod"];

function byDistanceToUsers(a: string, b: string): number {
  return ORDER.indexOf(a) - ORDER.indexOf(b) || (a < b ? -1 : 1);
}
