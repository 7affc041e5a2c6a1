import type { ObjectChange } from "./object-changes.ts";
import { subjectOf, type SnapshotEdge } from "./snapshot.ts";

/** Why a service or datastore changes. */
export type Cause =
  | {
      readonly kind: "declaration" | "setting";
      readonly file: string;
      /** Counted from 1. */
      readonly line: number;
      /** The declared property, or the setting's path. */
      readonly what: string;
      /** True where the line stands in the base's file and is gone now. */
      readonly removed: boolean;
    }
  | { readonly kind: "file"; readonly file: string }
  /** It links to something that changes, or is linked to by it. */
  | { readonly kind: "follows"; readonly subject: string };

/** A line of `services/` that differs. */
export interface DeclarationChange {
  readonly file: string;
  readonly line: number;
  readonly platform: string;
  /** The service's or datastore's name; left out for the platform's own declaration. */
  readonly owner?: string;
  /** The property that the line is in; empty where the whole declaration comes or goes. */
  readonly property: string;
  readonly removed: boolean;
}

/** A setting of one stack's file that differs. */
export interface StackSettingChange {
  readonly stack: string;
  readonly file: string;
  readonly setting: string;
  readonly line: number;
  readonly removed: boolean;
}

/** Everything that differs in the sources behind the objects. */
export interface SourceChanges {
  readonly declarations: readonly DeclarationChange[];
  readonly settings: readonly StackSettingChange[];
  /** Paths of all files that differ. */
  readonly files: readonly string[];
}

/** What of one stack differs, and how its parts hang together. */
export interface Circumstances {
  readonly stack: string;
  readonly sources: SourceChanges;
  /** Links of the base and of the present stack. */
  readonly edges: readonly SnapshotEdge[];
  /** Built images of each subject whose sources differ: the files, by subject. */
  readonly imageFiles: ReadonlyMap<string, readonly string[]>;
}

// The rest of the repository decides nothing about what is rendered.
const RENDERING_CODE = /^(model|services|migrations|delivery\/cli)\/.*\.ts$/;

/**
 * The causes of each changed subject: its own declaration, settings, migrations and images; what is laid over a whole
 * platform or stack; else the neighbour whose change it follows; else the code that renders.
 */
export function causesBySubject(
  changes: readonly ObjectChange[],
  { stack, sources, edges, imageFiles }: Circumstances,
): ReadonlyMap<string, readonly Cause[]> {
  const subjects = new Map<string, ObjectChange[]>();
  for (const change of changes) subjects.set(subjectOf(change), [...(subjects.get(subjectOf(change)) ?? []), change]);
  for (const subject of imageFiles.keys()) if (!subjects.has(subject)) subjects.set(subject, []);

  const settings = sources.settings.filter((setting) => setting.stack === stack);
  const own = new Map(
    [...subjects].map(([subject, objects]) => [
      subject,
      [
        ...sources.declarations
          .filter((one) => targetOf(one) === subject && one.owner !== undefined)
          .map(declarationCause),
        ...settings.filter(({ setting }) => concerns(setting, subject, objects) === "itself").map(settingCause),
        ...migrationFiles(objects, sources.files),
        ...(imageFiles.get(subject) ?? []).map(fileCause),
      ],
    ]),
  );
  return new Map(
    [...subjects].map(([subject, objects]) => {
      const platform = subject.split("/")[0] ?? subject;
      const wide = [
        ...sources.declarations
          .filter((one) => one.platform === platform && one.owner === undefined && !LISTS.has(one.property))
          .map(declarationCause),
        ...settings.filter(({ setting }) => concerns(setting, subject, objects) === "everything").map(settingCause),
      ];
      const direct = [...(own.get(subject) ?? []), ...wide];
      if (direct.length > 0) return [subject, direct];
      const followed = named(
        objects,
        neighbours(subject, edges).filter((one) => (own.get(one) ?? []).length > 0),
      );
      if (followed.length > 0) return [subject, followed.map((one): Cause => ({ kind: "follows", subject: one }))];
      // What a platform's services share follows any of them.
      const members = [...own].filter(([one, causes]) => one.startsWith(`${subject}/`) && causes.length > 0);
      if (members.length > 0) return [subject, members.map(([one]): Cause => ({ kind: "follows", subject: one }))];
      return [subject, sources.files.filter((file) => RENDERING_CODE.test(file)).map(fileCause)];
    }),
  );
}

// Each entry of these lists has a declaration of its own, which says more.
const LISTS = new Set(["services", "datastores"]);

function targetOf({ platform, owner }: DeclarationChange): string {
  return subjectOf({ platform, owner });
}

function declarationCause({ file, line, property, removed }: DeclarationChange): Cause {
  return { kind: "declaration", file, line, what: property, removed };
}

function settingCause({ file, line, setting, removed }: StackSettingChange): Cause {
  return { kind: "setting", file, line, what: setting, removed };
}

function fileCause(file: string): Cause {
  return { kind: "file", file };
}

function concerns(
  setting: string,
  subject: string,
  objects: readonly ObjectChange[],
): "itself" | "everything" | "nothing" {
  const [section, platform = "", part, name] = setting.split(".");
  if (section === "fleet:secrets") return usesSecret(objects, platform, part ?? "") ? "itself" : "nothing";
  if (section !== "fleet:platforms") return "everything";
  const [ofPlatform, owner] = subject.split("/");
  if (platform !== ofPlatform) return "nothing";
  if (part === "services" || part === "datastores") return name === owner ? "itself" : "nothing";
  if (part === "secrets") return usesSecret(objects, platform, name ?? "") ? "itself" : "nothing";
  return "everything";
}

// A secret is named where its fingerprint stands, and where a variable reads it from the platform's Secret.
function usesSecret(objects: readonly ObjectChange[], platform: string, name: string): boolean {
  return objects.some(({ before, after }) => {
    const text = JSON.stringify([before, after]);
    return text.includes(`<secret ${platform}.${name}:`) || text.includes(`"key":${JSON.stringify(name)}`);
  });
}

function migrationFiles(objects: readonly ObjectChange[], files: readonly string[]): readonly Cause[] {
  const platform = objects.find(({ after, before }) => (after ?? before)?.["kind"] === "Job")?.platform;
  if (platform === undefined) return [];
  return files.filter((file) => file.startsWith(`migrations/${platform}/`)).map(fileCause);
}

// Where what differs names a neighbour, that one is the cause; else each of them may be.
function named(objects: readonly ObjectChange[], subjects: readonly string[]): readonly string[] {
  const text = JSON.stringify(objects.map(({ fields }) => fields));
  const found = subjects.filter((subject) => text.includes(subject.split("/")[1] ?? subject));
  return found.length > 0 ? found : subjects;
}

function neighbours(subject: string, edges: readonly SnapshotEdge[]): readonly string[] {
  const linked = edges.flatMap(({ from, to }) => (from === subject ? [to] : to === subject ? [from] : []));
  return [...new Set(linked)].sort();
}
